"""A training of seconds that tests start in many ways: as options and as words of the command line."""

from pathlib import Path

import pytest

from twelvelead.config import TrainOptions
from twelvelead.training.history import read_history

PATIENCE_S = 500
OPTIONS = TrainOptions(network_options="filters=8", epochs=8, batch_size=6, device="cpu", threads=1)
WORDS = ["--network-options", "filters=8", "--epochs", "8", "--batch-size", "6", "--device", "cpu", "--threads", "1"]


def same_curve(run: Path, other: Path, within: float = 1e-4) -> None:
    """Check that two runs have the same epochs and losses."""
    for one, another in zip(read_history(run), read_history(other), strict=True):
        assert another.train_loss == pytest.approx(one.train_loss, abs=within)
        assert another.val_loss == pytest.approx(one.val_loss, abs=within)
