"""ECGs scored per second, each way with its own data loading, by networks with the same weights.

By PyTorch, and by ONNX Runtime from an exported file.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader

import assignment_way
from table import Findings, check, row
from timing import Times, take_turns
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.inference.export.onnx_model import add_metadata, to_onnx
from twelvelead.inference.exported import export_metadata
from twelvelead.inference.onnx_predictor import OnnxPredictor, open_onnx
from twelvelead.inference.predictor import Predictor
from twelvelead.models.classifier import Classifier
from twelvelead.training.train import new_classifier

BATCH = 32
MOST_RECORDS = 1000


def compare(data: Path, store: Path, quick: bool) -> Findings:
    """Compare the probabilities and time both ways on the same records."""
    rounds = 1 if quick else 7
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    parts = load_parts(data, DataOptions(store=store, split="stratified", split_by="record"))
    some = np.sort(np.concatenate([parts.split.train, parts.split.val, parts.split.test]))[:MOST_RECORDS]
    rows, labels = parts.rows[some], parts.labels.matrix[some]
    dataset = RecordDataset(parts.store.signals, rows, labels)

    torch.manual_seed(0)
    classifier = new_classifier(parts, TrainOptions(), Standardizer.fit(parts.store.signals, rows)).to(device)
    with torch.no_grad():
        classifier.train()(dataset[range(BATCH)].signals.to(device))  # statistics for the batch normalisation
    predictor = Predictor(classifier)

    plain = assignment_way.CNN_LSTM(num_classes=labels.shape[1]).to(device)
    plain.load_state_dict(classifier.network.state_dict())
    X, _ = assignment_way.load_ptbxl_data(str(data))
    X = assignment_way.normalize_ecg(X[some], X[some[:1]], X[some[:1]])[0]
    loader = DataLoader(assignment_way.ECGDataset(X, labels), batch_size=BATCH)

    exported = _exported(classifier, store.with_name("prediction.onnx"))
    theirs, _ = assignment_way.predict(plain, loader, device)
    ways = {
        "prediction": lambda: predictor.predict_dataset(dataset),
        "prediction, exported, by ONNX Runtime": lambda: _predict_all(exported, dataset),
    }
    findings = Findings([], [], {"records": len(some)})
    for (what, predict), target in zip(ways.items(), (2, 3)):
        times = take_turns(rounds, lambda: assignment_way.predict(plain, loader, device), predict)
        _add(findings, what, times, float(np.abs(predict() - theirs).max()), target)
    return findings


def _add(findings: Findings, what: str, times: Times, difference: float, target: float) -> None:
    rates = [findings.details["records"] / seconds for seconds in times.medians]
    findings.rows.append(row(what, "ECG/s", *rates, target))
    findings.equal.append(check(f"probabilities, {what}", difference, 1e-5))
    findings.details[what] = {"assignment_s": times.assignment, "twelvelead_s": times.twelvelead}


def _exported(classifier: Classifier, path: Path) -> OnnxPredictor:
    model = to_onnx(classifier)
    add_metadata(model, export_metadata(classifier.info))
    path.write_bytes(model.SerializeToString())
    return open_onnx(path)


def _predict_all(predictor: OnnxPredictor, dataset: RecordDataset) -> NDArray[np.float64]:
    starts = range(0, len(dataset), BATCH)
    chunks = (np.arange(start, min(start + BATCH, len(dataset))) for start in starts)
    return np.concatenate([predictor.predict(dataset[chunk].signals.numpy()) for chunk in chunks])
