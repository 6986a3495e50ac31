"""From a data folder and options to everything that training and evaluation share: labels, split, signals.

The one place where records leave the parts: those that the store does not have, and, if so asked, unlabelled ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.config import DataOptions
from twelvelead.data.labelled import LabelledParts
from twelvelead.data.labels import Labels, make_labels
from twelvelead.data.metadata import read_metadata
from twelvelead.data.splits import Split, fold_split, parse_folds, stratified_split
from twelvelead.data.statement_file import read_statements
from twelvelead.data.store import SignalStore, open_or_prepare

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DataParts", "load_parts"]


@dataclass(frozen=True)
class DataParts(LabelledParts):
    """A data set, ready to train on and to evaluate; its split holds only records that the store has."""

    store: SignalStore
    rows: NDArray[np.int64]
    """`(record,)`: the row of each record of `metadata` in the store, -1 for none."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of results should know, of this very split too: absent classes, shared patients."""
        return (*self.remarks, *_training_notes(self.labels, self.split), *self._overlap_notes())

    def part(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        """Positions, store rows and labels of a part ("train", "val", "test").

        Raises:
            DataError: the part is empty.
        """
        positions = self.split.part(name)
        return positions, self.rows[positions], self.labels.matrix[positions]

    def describe(self) -> dict[str, Any]:
        """What the data are, for result files."""
        return {**super().describe(), "rate_hz": self.store.rate_hz}


def load_parts(
    data_dir: str | Path, options: DataOptions, progress: Callable[[int, int], None] | None = None
) -> DataParts:
    """Read tables, make labels and split, open the signal store (preparing it where needed).

    Raises:
        DataError, ConfigError: the data or the options are not usable.
    """
    data_dir = Path(data_dir)
    metadata = read_metadata(data_dir)
    statements = read_statements(data_dir)
    labels = make_labels(
        metadata["scp_codes"],
        statements,
        options.task,
        min_likelihood=options.min_likelihood,
        min_samples=options.min_samples,
    )
    # Before the store, so that a mistake in the folds does not cost the time of preparing it.
    by_folds = _fold_split(metadata, options) if options.split == "folds" else None
    store = open_or_prepare(data_dir, options.rate, options.store, progress)
    rows = store.rows_of(int(i) for i in metadata.index)
    usable = rows >= 0
    split = by_folds.keep(usable) if by_folds else _stratified_split(metadata, labels, usable, options)
    if options.unlabelled == "drop":
        split = split.without(labels.unlabelled, ("train", "val"))
    return DataParts(
        data_dir=data_dir,
        metadata=metadata,
        database_sha256=store.manifest.database_sha256,
        labels=labels,
        split=split,
        store=store,
        rows=rows,
        remarks=tuple(_remarks(labels, rows, options)),
    )


def _fold_split(metadata: "pd.DataFrame", options: DataOptions) -> Split:
    return fold_split(
        metadata["strat_fold"].to_numpy(),
        parse_folds(options.train_folds),
        parse_folds(options.val_folds),
        parse_folds(options.test_folds),
    )


def _stratified_split(
    metadata: "pd.DataFrame", labels: Labels, usable: NDArray[np.bool_], options: DataOptions
) -> Split:
    # Records that are not there have no part in the proportions.
    positions = np.flatnonzero(usable)
    patients = metadata["patient_id"].iloc[positions].tolist() if options.split_by == "patient" else None
    return stratified_split(labels.matrix[positions], patients, seed=options.split_seed).among(positions)


def _remarks(labels: Labels, rows: NDArray[np.int64], options: DataOptions) -> list[str]:
    remarks = []
    missing = int((rows < 0).sum())
    if missing:
        remarks.append(f"{missing} of {len(rows)} records have no usable signal and are left out")
    if options.unlabelled == "drop":
        remarks.append("records without a class of the task are left out of training and validation")
    if labels.unknown_codes:
        codes = ", ".join(sorted(labels.unknown_codes))
        remarks.append(f"codes that scp_statements.csv does not have were ignored: {codes}")
    if labels.dropped_classes:
        names = ", ".join(f"{name} ({count})" for name, count in labels.dropped_classes.items())
        remarks.append(f"classes with fewer than {options.min_samples} records are left out: {names}")
    return remarks


def _training_notes(labels: Labels, split: Split) -> list[str]:
    notes = []
    if not len(split.test):
        notes.append(f"the test part is empty and cannot be evaluated{split.other_folds}")
    counts = labels.matrix[split.train].sum(axis=0, dtype=int)
    absent = [name for name, count in zip(labels.classes, counts) if not count]
    if absent:
        notes.append(f"classes without a positive training record: {', '.join(absent)}")
    return notes
