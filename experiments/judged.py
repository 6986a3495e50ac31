"""Runs of one recipe, judged on one part: the mean of their macro AUCs, and what chance does to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twelvelead.commands.scoring import RESAMPLE_SEED, RESAMPLES
from twelvelead.config import DataOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.splits import patient_numbers
from twelvelead.evaluation.bootstrap import Interval, draw_resamples, interval, macro_values, weighted_auc
from twelvelead.evaluation.metrics import macro_auc
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.training.history import read_history

__all__ = ["Judged", "judge"]


@dataclass(frozen=True)
class Judged:
    """Macro AUCs of the same recipe's runs on the same records."""

    areas: tuple[float, ...]
    """Of each run."""
    resampled: NDArray[np.float64]
    """The mean over runs in each resample of the patients."""
    seconds: float
    """Mean time of a training."""

    @property
    def mean(self) -> float:
        """Mean over the runs."""
        return float(np.mean(self.areas))

    @property
    def interval(self) -> Interval:
        """95 % of the mean, from resampling patients."""
        found = interval(self.resampled)
        assert found is not None
        return found

    def minus(self, other: "Judged") -> tuple[float, Interval]:
        """Paired difference to another recipe's mean, with its interval."""
        found = interval(self.resampled - other.resampled)
        assert found is not None
        return self.mean - other.mean, found


def judge(runs: Sequence[Path], data_dir: Path, data: DataOptions, part: str) -> Judged:
    """Macro AUC of the runs on a part of the data."""
    parts = load_parts(data_dir, data)
    areas, resampled = [], []
    for run in runs:
        labels, scores, patients = _scores(run, parts, part)
        resamples = draw_resamples(patients, RESAMPLES, RESAMPLE_SEED)
        classes = range(labels.shape[1])
        area = macro_auc(labels, scores)
        assert area is not None
        areas.append(area)
        resampled.append(macro_values([weighted_auc(labels[:, i], scores[:, i], resamples) for i in classes]))
    seconds = [sum(epoch.seconds for epoch in read_history(run)) for run in runs]
    return Judged(tuple(areas), np.mean(resampled, axis=0), float(np.mean(seconds)))


def _scores(run: Path, parts: DataParts, part: str) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.int64]]:
    positions, rows, labels = parts.part(part)
    scores = Predictor(load_classifier(run)).predict_dataset(RecordDataset(parts.store.signals, rows, labels))
    return labels, scores, patient_numbers(parts.metadata["patient_id"].iloc[positions].tolist())
