"""Runs of one recipe, judged on one part: the mean of their macro AUCs, and what chance does to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twelvelead.commands.scoring import RESAMPLE_SEED, RESAMPLES
from twelvelead.config import DataOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.labels import SUPERCLASSES
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.splits import patient_numbers
from twelvelead.data.statement_file import read_statements
from twelvelead.evaluation.bootstrap import Interval, draw_resamples, interval, macro_values, weighted_auc
from twelvelead.evaluation.metrics import macro_auc
from twelvelead.evaluation.superclasses import superclass_of, superclass_scores
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
    """Mean time of a training; of all of them where they are judged together."""

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


def judge(runs: Sequence[Path], data_dir: Path, data: DataOptions, part: str, *, together: bool = False) -> Judged:
    """Macro AUC of the runs on a part of the data, over the five superclasses.

    A run with finer classes gives its superclasses by noisy-OR.

    Args:
        runs: of one recipe.
        data_dir: PTB-XL's folder.
        data: its split; the task is the superclasses.
        part: "val" or "test".
        together: judge the mean of the runs' probabilities, as one model, instead of each run.
    """
    parts = load_parts(data_dir, data)
    positions, _, labels = parts.part(part)
    patients = patient_numbers(parts.metadata["patient_id"].iloc[positions].tolist())
    resamples = draw_resamples(patients, RESAMPLES, RESAMPLE_SEED)
    all_scores = [_scores(run, parts, part) for run in runs]
    areas, resampled = [], []
    for scores in [np.mean(all_scores, axis=0)] if together else all_scores:
        area = macro_auc(labels, scores)
        assert area is not None
        areas.append(area)
        classes = range(labels.shape[1])
        resampled.append(macro_values([weighted_auc(labels[:, i], scores[:, i], resamples) for i in classes]))
    seconds = [sum(epoch.seconds for epoch in read_history(run)) for run in runs]
    return Judged(tuple(areas), np.mean(resampled, axis=0), float(np.sum(seconds) if together else np.mean(seconds)))


def _scores(run: Path, parts: DataParts, part: str) -> NDArray[np.float64]:
    _, rows, labels = parts.part(part)
    classifier = load_classifier(run)
    scores = Predictor(classifier).predict_dataset(RecordDataset(parts.store.signals, rows, labels))
    info = classifier.info
    if info.classes == parts.labels.classes:
        return scores
    belongs_to = superclass_of(info.task, read_statements(parts.data_dir))
    return superclass_scores(scores, info.classes, SUPERCLASSES, belongs_to, "noisy_or")
