"""An ONNX file that anybody may have made: it predicts as it says, or is refused in one sentence."""

from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, helper, numpy_helper

from inference.made_onnx import INFO, made_model, with_metadata, with_text, with_weights_in, written
from twelvelead.errors import CheckpointError, ConfigError, DataError
from twelvelead.inference import onnx_predictor
from twelvelead.inference.onnx_predictor import OnnxPredictor, open_onnx
from twelvelead.inference.predict import load
from twelvelead.leads import LEADS


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return written(made_model(), tmp_path)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, 400])
def test_it_gives_what_the_graph_says(made: Path, count: int, workers: int) -> None:
    signals = np.random.default_rng(count).normal(size=(count, 250, 12))
    weights = numpy_helper.to_array(made_model().graph.initializer[0])
    expected = 1 / (1 + np.exp(-signals.mean(axis=1) @ weights))
    predictor = OnnxPredictor(made, workers=workers)
    assert predictor.info == INFO
    np.testing.assert_allclose(predictor.predict(signals), expected, atol=1e-6)


def test_no_record_gives_no_row(made: Path) -> None:
    assert OnnxPredictor(made).predict(np.zeros((0, 250, 12))).shape == (0, 2)


def test_other_shapes_are_refused(made: Path) -> None:
    predictor = OnnxPredictor(made)
    with pytest.raises(DataError, match=r"shape \(250, 12\); expected is \(record, time, 12\)"):
        predictor.predict(np.zeros((250, 12)))
    with pytest.raises(DataError, match=r"signals have 200 samples; .* takes 250"):
        predictor.predict(np.zeros((1, 200, 12)))


def test_a_model_takes_files_arrays_and_long_recordings(made: Path) -> None:
    model = load(made)
    ecg = np.random.default_rng(0).normal(size=(700, 12))
    answer = model.predict(ecg, rate_hz=100, leads=LEADS, unit="mV")
    assert answer.probabilities.keys() == {"A", "B"}
    assert answer.decisions["B"] == (answer.probabilities["B"] >= 0.4)
    assert "cut into 3 windows" in answer.steps[0]


def test_windows_are_inside_so_a_short_recording_is_filled_up(tmp_path: Path) -> None:
    model = load(written(with_metadata(window_s=1.0), tmp_path))
    assert model.info.window_s is None
    with pytest.raises(ValueError, match=r"at least 2\.5 s are needed"):
        model.predict(np.random.default_rng(0).normal(size=(200, 12)), rate_hz=100, leads=LEADS, unit="mV")


def unknown_operator() -> ModelProto:
    model = made_model()
    model.graph.node[2].op_type, model.graph.node[2].domain = "Own", "own.domain"
    model.opset_import.append(helper.make_opsetid("own.domain", 1))
    return model


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (with_text(None), "does not say what model it is"),
        (with_text("{"), "model.json cannot be read"),
        (with_text("[" * 100_000), "model.json cannot be read"),
        (with_text("[]"), "is no model description"),
        (with_metadata(format=99), "has format 99; this version reads up to"),
        (with_metadata(units="uV"), "has units 'uV'"),
        (with_metadata(classes=["A", "B", "C"], thresholds=None), "output is probabilities"),
        (with_metadata(thresholds=[0.5]), "1 thresholds for 2 classes"),
        (with_metadata(thresholds=7), "one of its values is not what it should be"),
        (with_metadata(task=["x"]), "one of its values is not what it should be"),
        (with_metadata(duration_s=10), "input is signals_mv"),
        (with_metadata(surprise=1), "unexpected keyword argument 'surprise'"),
        (made_model(name="x"), "expected is signals_mv"),
        (made_model(batch=3), "input is signals_mv"),
        (with_weights_in("weights.bin"), "has weights in other files"),
        (unknown_operator(), "is no ONNX file that can be computed here"),
        (ModelProto(), "is no ONNX file that can be computed here"),
    ],
)
def test_a_file_that_is_not_right_is_refused_in_one_line(model: ModelProto, words: str, tmp_path: Path, capfd) -> None:
    with pytest.raises(CheckpointError) as caught:
        OnnxPredictor(written(model, tmp_path))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "made.onnx" in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x80\x02}q\x00.", b"PK\x03\x04", b"\x00\x00\x00\x00ORTM" * 9])
def test_what_is_no_onnx_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "made.onnx"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="is no ONNX file"):
        load(path)


def test_numbers_that_are_no_probabilities_are_refused(tmp_path: Path) -> None:
    predictor = OnnxPredictor(written(made_model(activation="Exp"), tmp_path))
    with pytest.raises(CheckpointError, match="numbers that are no probabilities"):
        predictor.predict(np.ones((1, 250, 12)))


def test_a_file_beyond_the_limit_is_not_read(made: Path, monkeypatch) -> None:
    monkeypatch.setattr(onnx_predictor, "LARGEST_MODEL", 100)
    with pytest.raises(CheckpointError, match=r"bytes; allowed are 100"):
        OnnxPredictor(made)


def test_files_for_other_programs_and_other_devices(made: Path, tmp_path: Path) -> None:
    (tmp_path / "m.pt2").write_bytes(b"")
    with pytest.raises(CheckpointError, match="is for PyTorch programs"):
        load(tmp_path / "m.pt2")
    with pytest.raises(ConfigError, match="is computed on the CPU"):
        open_onnx(made, "cuda")
    with pytest.raises(CheckpointError, match="no run folder or exported file"):
        load(tmp_path / "none.onnx")


def test_without_onnx_runtime_it_says_what_to_install(made: Path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(ValueError, match=r"pip install 'twelvelead\[onnx\]'"):
        load(made)
