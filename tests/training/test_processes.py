"""Two processes on a CPU through the command line: one result, each record counted once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from twelvelead.config import DataOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import load_parts
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.training.history import read_history


@pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch has no torch.distributed")
def test_two_processes_train_one_model(simulated: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    words = ["train", str(simulated), "--out", str(run), "--epochs", "1", "--batch-size", "15"]
    result = subprocess.run(
        [sys.executable, "-m", "twelvelead.cli", *words, "--device", "cpu", "--devices", "2", "--json"],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["engine"]["processes"] == 2
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("val")
    scores = Predictor(load_classifier(run)).predict_dataset(RecordDataset(parts.store.signals, rows, labels))
    loss = nn.functional.binary_cross_entropy(torch.as_tensor(scores), torch.as_tensor(labels).double())
    (epoch,) = read_history(run)
    assert epoch.val_loss == pytest.approx(float(loss), abs=1e-5)
