"""Pairs differ only where the disease shows, and shares are what they are called."""

import json
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import explained
from altered_pairs import ALTERED_MV, CLASSES, altered_pairs
from explained import measure, share_on, shifted_share, tables, untrained
from twelvelead.inference.predict import Model
from twelvelead.inference.predictor import Predictor
from twelvelead.leads import LEADS
from twelvelead.models.classifier import Classifier, ModelInfo


@pytest.mark.parametrize("name", CLASSES)
def test_the_same_pairs_again(name: str) -> None:
    for one, again in zip(islice(altered_pairs(name, 100), 3), altered_pairs(name, 100)):
        assert one.number == again.number and one.codes == again.codes
        assert (one.ill_mv == again.ill_mv).all() and (one.well_mv == again.well_mv).all()
        assert 0 < one.altered.mean() < 1
        assert np.abs(one.ill_mv - one.well_mv)[~one.altered].max() < ALTERED_MV


def test_an_inferior_infarction_alters_the_inferior_leads_and_no_pause_between_beats() -> None:
    pair = next(pair for pair in altered_pairs("MI", 100) if pair.codes == ("IMI",))
    by_lead = dict(zip(LEADS, pair.altered.mean(axis=0)))
    assert min(by_lead[lead] for lead in ("II", "III", "aVF")) > 2 * max(by_lead[lead] for lead in ("V1", "V2", "V3"))
    assert (~pair.altered.any(axis=1)).mean() > 0.3


@given(st.integers(0, 2**32 - 1))
def test_a_share_shifted_is_the_mean_over_all_shifts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, altered = rng.random((20, 3)), rng.random((20, 3)) < 0.3
    shifts = [share_on(np.roll(values, shift, axis=0), altered) for shift in range(20)]
    assert shifted_share(values, altered) == pytest.approx(np.mean(shifts))


def test_a_share_of_nothing_is_none() -> None:
    assert np.isnan(share_on(np.zeros((5, 1)), np.ones((5, 1), dtype=bool)))
    assert share_on(np.ones((4, 1)), np.arange(4)[:, None] > 0) == 0.75


@pytest.fixture
def model() -> Model:
    info = ModelInfo("cnn_lstm", ("NORM", *CLASSES), 100, 10.0, options={"filters": 4}, thresholds=(0.5,) * 5)
    return Model(Predictor(untrained(Classifier(info)), workers=1))


def test_what_is_not_answered_rightly_is_not_counted(model: Model) -> None:
    pair = next(altered_pairs("MI", 100))
    assert measure("MI", model, model, pair) == {"right": False}


def test_a_recording_has_the_models_rate() -> None:
    info = ModelInfo("cnn_lstm", ("NORM", *CLASSES), 500, 10.0, options={"filters": 4}, thresholds=(0.0,) * 5)
    fast = Model(Predictor(untrained(Classifier(info)), workers=1))
    asked: list[int] = []

    def predict(recording):
        asked.append(recording.rate_hz)
        return type("Answer", (), {"decisions": {"MI": False}})

    fast.predict = predict  # type: ignore[method-assign]
    pair = next(altered_pairs("MI", 500))
    assert measure("MI", fast, fast, pair) == {"right": False}
    assert asked == [500, 500] and len(pair.ill_mv) == 5000


def test_an_interrupted_run_goes_on(model: Model, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def made_up(name, one, random, pair) -> dict:
        made.append(pair.number)
        numbers = dict.fromkeys((*explained.GRADIENTS, *explained.CAM), 0.5)
        return {"right": pair.number % 2 == 0, **numbers, "grad_cam": float("nan")}

    monkeypatch.setattr(explained, "measure", made_up)
    log = tmp_path / "log.jsonl"
    first = explained._measured("MI", model, model, 2, log)
    half = log.read_text().splitlines(keepends=True)
    log.write_text(half[0] + half[1][:-5])
    made.clear()
    assert json.dumps(explained._measured("MI", model, model, 2, log)) == json.dumps(first)
    assert made == [row["number"] for row in first][1:]
    assert json.dumps(explained._measured("MI", model, model, 2, log)) == json.dumps(first)
    assert made == [row["number"] for row in first][1:], "the third time all is taken over"
    text = tables(first)
    assert f"| MI | 2 of {len(first)} | 50 % [50, 50] |" in text and "| – |" in text and "| HYP | 0 of 0 | – |" in text
