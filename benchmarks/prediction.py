"""ECGs scored per second, each way with its own data loading, by networks with the same weights."""

from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader

import assignment_way
from table import Findings, check, row
from timing import take_turns
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.inference.predictor import Predictor
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

    theirs, _ = assignment_way.predict(plain, loader, device)
    ours = predictor.predict_dataset(dataset)
    times = take_turns(
        rounds, lambda: assignment_way.predict(plain, loader, device), lambda: predictor.predict_dataset(dataset)
    )
    rates = [len(some) / seconds for seconds in times.medians]
    return Findings(
        [row("prediction", "ECG/s", *rates, 2)],
        [check("probabilities", float(np.abs(ours - theirs).max()), 1e-5)],
        {"records": len(some), "assignment_s": times.assignment, "twelvelead_s": times.twelvelead},
    )
