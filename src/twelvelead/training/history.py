"""The history of a training: one row an epoch, in `history.csv` and, where it is installed, in TensorBoard."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from twelvelead.files import write_text

__all__ = ["HISTORY_FILE", "Epoch", "TensorBoard", "read_history", "write_history"]

HISTORY_FILE = "history.csv"


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave."""

    epoch: int
    """Counted from 1."""
    train_loss: float
    """Mean over the training records while training."""
    val_loss: float
    """Mean over the validation records at the end of the epoch."""
    val_macro_auc: float | None
    """Over the classes that have both kinds of records; None if none has."""
    learning_rate: float
    """In force during the epoch."""
    seconds: float
    """Wall time of the epoch, validation included."""


def write_history(folder: Path, epochs: Sequence[Epoch]) -> None:
    """Write `history.csv`, atomically."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [f.name for f in fields(Epoch)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(epoch) for epoch in epochs)
    write_text(folder / HISTORY_FILE, stream.getvalue())


def read_history(folder: Path) -> list[Epoch]:
    """The rows of `history.csv`; none where there is no file."""
    path = folder / HISTORY_FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [_epoch(row) for row in csv.DictReader(stream)]


class TensorBoard:
    """Writes the history as TensorBoard events too, where the `tensorboard` package is installed."""

    def __init__(self, folder: Path) -> None:
        self._writer = None
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            return
        self._writer = SummaryWriter(str(folder))

    def add(self, epoch: Epoch) -> None:
        """Add one epoch."""
        if self._writer is None:
            return
        for name in ("train_loss", "val_loss", "val_macro_auc", "learning_rate"):
            value = getattr(epoch, name)
            if value is not None:
                self._writer.add_scalar(name, value, epoch.epoch)
        self._writer.flush()

    def close(self) -> None:
        """Flush and close."""
        if self._writer is not None:
            self._writer.close()


def _epoch(row: dict[str, str]) -> Epoch:
    return Epoch(
        epoch=int(row["epoch"]),
        train_loss=float(row["train_loss"]),
        val_loss=float(row["val_loss"]),
        val_macro_auc=float(row["val_macro_auc"]) if row["val_macro_auc"] else None,
        learning_rate=float(row["learning_rate"]),
        seconds=float(row["seconds"]),
    )
