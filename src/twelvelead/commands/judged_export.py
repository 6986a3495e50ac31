"""Records on which an exported file is judged beside the classifier that it was made of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.commands.run_data import check_fits, saved_options
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.errors import DataError
from twelvelead.evaluation.metrics import macro_auc
from twelvelead.inference.backend import Backend
from twelvelead.leads import UNITS_PER_MV
from twelvelead.models.info import ModelInfo
from twelvelead.training.run_folder import require_run
from twelvelead.training.split_file import as_trained, read_split, used_in_training

__all__ = ["Judgement", "calibration_batches", "judge", "judged_parts"]

CALIBRATION_RECORDS = 256
"""Of the training part, evenly over it; the activations' ranges are taken from them."""

BATCH = 32
RECORDS_AT_ONCE = 1024
"""Bounds the memory of a validation part of any size."""


@dataclass(frozen=True)
class Judgement:
    """What the validation part says of an exported file."""

    records: int
    macro_auc_before: float
    """Of the classifier."""
    macro_auc_after: float
    """Of the file."""
    largest_difference: float
    """Of a probability."""

    @property
    def change(self) -> float:
        """Of macro AUC; below 0 where the file is worse."""
        return self.macro_auc_after - self.macro_auc_before


def judged_parts(run: Path, data_dir: Path, info: ModelInfo) -> DataParts:
    """The data of a run, split as the run split them.

    Raises:
        CheckpointError: `run` is no run folder.
        DataError: the data do not have the model's classes, or validation records trained it.
    """
    _, options = saved_options(require_run(run))
    saved = read_split(run)
    parts = load_parts(data_dir, options)
    if options.split == "stratified":
        # Made from the records that were usable then; made again it could be another one.
        parts = replace(parts, split=as_trained(saved, parts))
    check_fits(info, parts)
    trained = used_in_training(saved, parts, parts.split.val, ("train",))
    if trained:
        raise DataError(f"{trained} of the {len(parts.split.val)} validation records of {data_dir} trained this model.")
    return parts


def calibration_batches(parts: DataParts) -> Iterator[NDArray[np.float32]]:
    """Batches `(record, time, lead)`, millivolts, of the training part."""
    _, rows, _ = parts.part("train")
    some = rows[np.linspace(0, len(rows) - 1, min(CALIBRATION_RECORDS, len(rows))).astype(int)]
    return _signals(parts, some, BATCH)


def judge(classifier: Backend, exported: Backend, parts: DataParts) -> Judgement:
    """Both on the validation part.

    Raises:
        DataError: no class of it has records with and without it.
    """
    _, rows, labels = parts.part("val")
    before, after = [], []
    for signals in _signals(parts, rows, RECORDS_AT_ONCE):
        before.append(classifier.predict(signals))
        after.append(exported.predict(signals))
    first, second = np.concatenate(before), np.concatenate(after)
    largest = float(np.abs(first - second).max())
    return Judgement(len(rows), _macro_auc(labels, first), _macro_auc(labels, second), largest)


def _macro_auc(labels: NDArray[Any], scores: NDArray[np.float64]) -> float:
    area = macro_auc(labels, scores)
    if area is None:
        raise DataError("no class of the validation part has records with and without it; give more of the data.")
    return area


def _signals(parts: DataParts, rows: NDArray[np.int64], count: int) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(rows), count):
        yield parts.store.signals[rows[start : start + count]].astype(np.float32) / np.float32(UNITS_PER_MV)
