"""Every network as a file: the same probabilities, for any batch, with standardiser, windows and temperature inside."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from twelvelead.data.simulate import simulate_ecg
from twelvelead.inference.export.likeness import BATCHES, TOLERANCE, largest_difference, likeness_batches
from twelvelead.inference.export.onnx_model import OPSET, add_metadata, to_onnx
from twelvelead.inference.export.torch_program import TorchProgram, to_torch_program
from twelvelead.inference.exported import EXPORT_KEY, INFO_KEY, export_metadata
from twelvelead.inference.onnx_predictor import OnnxPredictor
from twelvelead.inference.predictor import Predictor
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.models.registry import network_names

SMALL = {
    "cnn_lstm": {"filters": 8},
    "inception1d": {"filters": 4, "depth": 3},
    "resnet1d_wang": {"channels": 8},
    "resnet_lstm": {"channels": 8, "hidden": 8},
    "s4": {"channels": 8, "depth": 2},
    "xresnet1d": {"depth": 18, "channels": 8},
}


def classifier(name: str, **info: object) -> Classifier:
    """With weights that make the logits of ECGs differ, so that a comparison says something."""
    torch.manual_seed(0)
    made = ModelInfo(name, ("A", "B"), 100, 5.0, options=SMALL.get(name, {}), temperature=1.5, **info)
    return Classifier(made, np.linspace(-0.05, 0.05, 12), np.linspace(0.1, 0.3, 12)).eval()


@pytest.mark.parametrize(("name", "window_s"), [*((name, 2.5) for name in network_names()), ("cnn_lstm", None)])
def test_onnx(name: str, window_s: float | None, tmp_path: Path) -> None:
    model = classifier(name, window_s=window_s)
    exported = to_onnx(model)
    assert {(opset.domain, opset.version) for opset in exported.opset_import} == {("", OPSET)}
    add_metadata(exported, export_metadata(model.info))
    path = tmp_path / "m.onnx"
    path.write_bytes(exported.SerializeToString())
    assert b"twelvelead/models" not in path.read_bytes()
    predictor = OnnxPredictor(path, workers=1)
    batches = likeness_batches(model.info)
    assert [len(batch) for batch in batches] == list(BATCHES)
    found = [predictor.predict(batch) for batch in batches]
    assert largest_difference(Predictor(model, workers=1), batches, found) <= TOLERANCE
    assert np.ptp(found[-1], axis=0).min() > 10 * TOLERANCE


@pytest.mark.parametrize("name", network_names())
def test_a_program_for_pytorch(name: str, tmp_path: Path) -> None:
    model = classifier(name, window_s=2.5)
    path = tmp_path / "m.pt2"
    path.write_bytes(to_torch_program(model, export_metadata(model.info, numbers="float32")))
    with zipfile.ZipFile(path) as archive:
        assert not any(b"twelvelead/models" in archive.read(name) for name in archive.namelist())
    batches = likeness_batches(model.info)
    found = [TorchProgram(path, model.info).predict(batch) for batch in batches]
    assert largest_difference(Predictor(model, workers=1), batches, found) <= TOLERANCE
    extra = {INFO_KEY: "", EXPORT_KEY: ""}
    torch.export.load(str(path), extra_files=extra)
    assert json.loads(extra[INFO_KEY])["classes"] == ["A", "B"]
    assert json.loads(extra[EXPORT_KEY])["numbers"] == "float32"


def test_exporting_leaves_the_classifier_as_it_was() -> None:
    model = classifier("s4")
    before = {key: value.clone() for key, value in model.state_dict().items()}
    to_onnx(model)
    after = model.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[key], after[key]) for key in before)


def test_a_difference_that_is_no_number_counts_as_infinite() -> None:
    predictor = Predictor(classifier("cnn_lstm"), workers=1)
    batch = simulate_ecg(["NORM"], seed=0, rate_hz=100, seconds=5.0)[None]
    assert largest_difference(predictor, [batch], [np.full((1, 2), np.nan)]) == float("inf")
