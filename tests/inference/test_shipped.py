"""The models that come with the package: there, readable, described, and what predicts where none is named."""

import json
from pathlib import Path

import pytest

from twelvelead.data.labels import SUPERCLASSES
from twelvelead.data.simulate import simulate_ecg
from twelvelead.errors import CheckpointError
from twelvelead.inference.predict import load
from twelvelead.inference.shipped import DEFAULT_MODEL, find_model, shipped_models
from twelvelead.leads import LEADS
from twelvelead.models.checkpoint import load_classifier

LARGEST_BYTES = 4_000_000
"""Of each model; the package is to stay below 10 MB."""


def test_the_default_and_the_assignments_network_ship():
    assert {DEFAULT_MODEL, "cnn_lstm"} <= set(shipped_models())


@pytest.mark.parametrize("name", shipped_models())
def test_a_shipped_model_says_what_it_is(name):
    folder = find_model(name)
    info = load_classifier(folder).info
    assert info.classes == SUPERCLASSES and info.rate_hz == 100 and info.leads == LEADS
    assert info.thresholds is not None and info.temperature != 1.0
    assert "1, 2, 3, 4, 5, 6, 7, 8" in json.dumps(info.trained_on) or "1-8" in json.dumps(info.trained_on)
    assert sum(path.stat().st_size for path in folder.iterdir()) < LARGEST_BYTES
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    for words in ("not a medical device", "CC BY 4.0", "a part of the data set", "Fold 10 was not looked at", "Limits"):
        assert words in card


@pytest.mark.parametrize("name", [None, *shipped_models()])
def test_it_predicts_any_length_and_rate(name):
    model = load(name)
    for seconds, rate in ((10, 100), (10, 500), (4, 250), (25, 100)):
        signal = simulate_ecg(["NORM"], seed=0, rate_hz=rate, seconds=seconds)
        answer = model.predict(signal, rate_hz=rate, leads=LEADS, unit="mV")
        assert set(answer.probabilities) == set(SUPERCLASSES)
        assert all(0 < value < 1 for value in answer.probabilities.values())


def test_a_folder_goes_before_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cnn_lstm").mkdir()
    assert find_model("cnn_lstm") == Path("cnn_lstm")
    assert find_model().name == DEFAULT_MODEL


def test_an_unknown_name_lists_the_known():
    with pytest.raises(
        CheckpointError, match=r"no run folder or exported file runs/x, and no model of this name .*cnn_lstm"
    ):
        find_model("runs/x")
