"""ECGs scored per second, each way with its own data loading, by networks with the same weights.

By PyTorch, and by ONNX Runtime from exported files: of float32, whose probabilities are the same, and of 8 bits, which
is judged by macro AUC as `twelvelead export --int8` judges it. The weights are those of the `cnn_lstm` that comes with
the package, so that there is something to judge.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader

import allocator
import assignment_way
from table import Findings, check, row
from timing import Times, take_turns
from twelvelead.commands.export_run import LARGEST_FALL
from twelvelead.commands.judged_export import calibration_batches
from twelvelead.config import DataOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.evaluation.metrics import macro_auc
from twelvelead.inference.export.onnx_model import add_metadata, to_onnx
from twelvelead.inference.export.quantize import quantize
from twelvelead.inference.exported import export_metadata
from twelvelead.inference.onnx_predictor import OnnxPredictor, open_onnx
from twelvelead.inference.predictor import Predictor
from twelvelead.inference.shipped import find_model
from twelvelead.leads import UNITS_PER_MV
from twelvelead.models.checkpoint import load_classifier
from twelvelead.models.classifier import Classifier

BATCH = 32
"""Of the assignment's loader."""

READ_AT_ONCE = 256
MOST_RECORDS = 1000
EIGHT_BITS = "prediction, exported with 8 bits, by ONNX Runtime"
QUICK_FALL = 0.05
"""Of macro AUC, where there are too few records for the real limit."""


def compare(data: Path, store: Path, quick: bool) -> Findings:
    """Compare the probabilities and time all ways on the same records."""
    allocator.as_in_a_plain_script()
    rounds = 1 if quick else 7
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    parts = load_parts(data, DataOptions(store=store, split="stratified", split_by="record"))
    some = np.sort(np.concatenate([parts.split.train, parts.split.val, parts.split.test]))[:MOST_RECORDS]
    rows, labels = parts.rows[some], parts.labels.matrix[some]
    dataset = RecordDataset(parts.store.signals, rows, labels)
    classifier = _classifier(Standardizer.fit(parts.store.signals, rows), device)
    predictor = Predictor(classifier)

    plain = assignment_way.CNN_LSTM(num_classes=len(classifier.info.classes)).to(device)
    plain.load_state_dict(classifier.network.state_dict())
    X, _ = assignment_way.load_ptbxl_data(str(data))
    X = assignment_way.normalize_ecg(X[some], X[some[:1]], X[some[:1]])[0]
    loader = DataLoader(assignment_way.ECGDataset(X, labels), batch_size=BATCH)

    def assignment() -> NDArray[np.float32]:
        return assignment_way.predict(plain, loader, device)[0]  # type: ignore[no-any-return]

    exported = _exported(classifier, store.with_name("prediction.onnx"))
    small = _exported(classifier, store.with_name("prediction.int8.onnx"), parts)
    ways = {
        "prediction": (lambda: predictor.predict_dataset(dataset), 2),
        "prediction, exported, by ONNX Runtime": (lambda: _predict_all(exported, parts, rows), 3),
        EIGHT_BITS: (lambda: _predict_all(small, parts, rows), 3),
    }
    theirs = assignment()
    findings = Findings([], [], {"records": len(some)})
    for what, (predict, target) in ways.items():
        times = take_turns(rounds, assignment, predict)
        _add(findings, what, times, target)
        if what != EIGHT_BITS:
            findings.equal.append(check(f"probabilities, {what}", float(np.abs(predict() - theirs).max()), 1e-5))
    findings.equal.append(_judged(predictor, small, parts, quick))
    return findings


def _classifier(standardizer: Standardizer, device: torch.device) -> Classifier:
    """The `cnn_lstm` that comes with the package, on whole recordings as the assignment has it."""
    shipped = load_classifier(find_model("cnn_lstm"))
    info = replace(shipped.info, window_s=None, temperature=1.0)
    classifier = Classifier(info, np.asarray(standardizer.mean_mv), np.asarray(standardizer.std_mv))
    classifier.network.load_state_dict(shipped.network.state_dict())
    return classifier.eval().to(device)


def _add(findings: Findings, what: str, times: Times, target: float) -> None:
    rates = [findings.details["records"] / seconds for seconds in times.medians]
    findings.rows.append(row(what, "ECG/s", *rates, target))
    findings.details[what] = {"assignment_s": times.assignment, "twelvelead_s": times.twelvelead}


def _judged(predictor: Predictor, small: OnnxPredictor, parts: DataParts, quick: bool) -> dict[str, Any]:
    """How much macro AUC 8 bits cost on the records that did not set their ranges."""
    judged = np.concatenate([parts.part(name)[1] for name in ("val", "test")])
    labels = np.concatenate([parts.part(name)[2] for name in ("val", "test")])
    dataset = RecordDataset(parts.store.signals, judged, labels)
    before, after = (
        macro_auc(labels, scores) for scores in (predictor.predict_dataset(dataset), _predict_all(small, parts, judged))
    )
    assert before is not None and after is not None
    limit = QUICK_FALL if quick else LARGEST_FALL
    return check(f"macro AUC, {EIGHT_BITS}: what is lost", max(0.0, before - after), limit)


def _exported(classifier: Classifier, path: Path, calibration: DataParts | None = None) -> OnnxPredictor:
    """Of float32, or of 8 bits with ranges from the training part of these data."""
    model = to_onnx(classifier)
    if calibration is not None:
        model = quantize(model, calibration_batches(calibration))
    add_metadata(model, export_metadata(classifier.info, numbers="float32" if calibration is None else "int8"))
    path.write_bytes(model.SerializeToString())
    return open_onnx(path)


def _predict_all(predictor: OnnxPredictor, parts: DataParts, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of these rows of the store, read without PyTorch, which someone who predicts from a file need not have."""
    starts = range(0, len(rows), READ_AT_ONCE)
    chunks = (parts.store.signals[rows[start : start + READ_AT_ONCE]] for start in starts)
    return np.concatenate([predictor.predict(chunk.astype(np.float32) / np.float32(UNITS_PER_MV)) for chunk in chunks])
