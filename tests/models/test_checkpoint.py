"""Saving and loading: what is wrong with a folder is said in one sentence."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from twelvelead.errors import CheckpointError
from twelvelead.models.checkpoint import FORMAT, load_classifier, save_classifier
from twelvelead.models.classifier import Classifier, ModelInfo


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    info = ModelInfo("cnn_lstm", ("A", "B"), 100, 10.0, options={"filters": 4})
    model = Classifier(info, np.linspace(-1, 1, 12), np.linspace(1, 2, 12))
    model.set_thresholds([0.25, 0.5], "by hand")
    save_classifier(model, tmp_path / "model")
    return tmp_path


def test_standardiser_and_info_travel_with_the_weights(saved: Path) -> None:
    model = load_classifier(saved)
    np.testing.assert_allclose(model.mean_mv.numpy(), np.linspace(-1, 1, 12), rtol=1e-6)
    np.testing.assert_allclose(model.std_mv.numpy(), np.linspace(1, 2, 12), rtol=1e-6)
    assert model.info.thresholds == (0.25, 0.5)
    assert model.info.classes == ("A", "B")
    assert not model.training


def test_the_classifier_takes_millivolts(saved: Path) -> None:
    model = load_classifier(saved)
    signals = torch.randn(2, 500, 12)
    with torch.inference_mode():
        expected = model.network((signals - model.mean_mv) / model.std_mv)
        torch.testing.assert_close(model(signals), expected)


def test_the_files_are_readable_and_hold_no_pickle(saved: Path) -> None:
    assert sorted(p.name for p in (saved / "model").iterdir()) == ["model.json", "model.safetensors"]
    assert json.loads((saved / "model" / "model.json").read_text())["units"] == "mV"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, f"format 99; this version reads up to {FORMAT}"),
        ({"format": "1"}, "no model description"),
        ({"network": "nothing"}, "describes no known network"),
        ({"options": {"filters": 8}}, "does not hold this network's weights"),
        ({"options": {"depth": 8}}, "has no option 'depth'"),
        ({"classes": []}, "no model description"),
        ({"rate_hz": -1}, "no model description"),
        ({"thresholds": [0.5]}, "1 thresholds for 2 classes"),
        ({"window_s": 11.0}, "not what it should be"),
        ({"surprise": 1}, "no model description"),
    ],
)
def test_a_wrong_description_is_refused(saved: Path, change: dict[str, object], message: str) -> None:
    path = saved / "model" / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(CheckpointError, match=message):
        load_classifier(saved)


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"\xff" * 8 + b"{}"])
def test_damaged_weights_are_refused(saved: Path, content: bytes) -> None:
    (saved / "model" / "model.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError, match="does not hold this network's weights"):
        load_classifier(saved)


def test_missing_files_are_named(saved: Path, tmp_path: Path) -> None:
    (saved / "model" / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model\.safetensors not found"):
        load_classifier(saved)
    with pytest.raises(CheckpointError, match="no model in"):
        load_classifier(tmp_path / "nowhere")
