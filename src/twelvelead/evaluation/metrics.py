"""Metrics of multi-label scores: AUC, average precision, curves, confusion counts. NumPy only, ties handled exactly.

Labels are multi-hot `(record, class)`, scores are probabilities `(record, class)`. A metric that a class does not
define (no positive, or no negative record) is None, never a number. Scores must be numbers: NaN has no rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import DataError

__all__ = [
    "Confusion",
    "auc",
    "average_precision",
    "confusion",
    "confusions",
    "macro",
    "macro_auc",
    "precision_recall_curve",
    "roc_curve",
    "threshold_counts",
]

Labels = NDArray[np.uint8]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Confusion:
    """Counts of decisions of one class."""

    true_negative: int
    false_positive: int
    false_negative: int
    true_positive: int

    def __add__(self, other: "Confusion") -> "Confusion":
        """The counts of both together."""
        return Confusion(
            self.true_negative + other.true_negative,
            self.false_positive + other.false_positive,
            self.false_negative + other.false_negative,
            self.true_positive + other.true_positive,
        )

    @property
    def positives(self) -> int:
        """Records that have the class."""
        return self.true_positive + self.false_negative

    @property
    def matrix(self) -> NDArray[np.int64]:
        """`(true, predicted)`, 2 x 2."""
        rows = [
            [self.true_negative, self.false_positive],
            [self.false_negative, self.true_positive],
        ]
        return np.array(rows, dtype=np.int64)

    @property
    def sensitivity(self) -> float | None:
        """Share of the positive records that are found (recall)."""
        return _ratio(self.true_positive, self.positives)

    @property
    def specificity(self) -> float | None:
        """Share of the negative records that are left alone."""
        return _ratio(self.true_negative, self.true_negative + self.false_positive)

    @property
    def precision(self) -> float | None:
        """Share of the found records that are positive."""
        return _ratio(self.true_positive, self.true_positive + self.false_positive)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and sensitivity; None without any positive record."""
        if not self.positives:
            return None
        doubled = 2 * self.true_positive
        return _ratio(doubled, doubled + self.false_positive + self.false_negative)


def auc(labels: Labels, scores: Scores) -> float | None:
    """Area under the ROC curve of one class, `(record,)`: the Mann-Whitney statistic, ties counting half.

    (Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747.)

    Raises:
        DataError: a score is no number.
    """
    _require_numbers(scores)
    positive = labels.astype(bool)
    n_pos, n_neg = int(positive.sum()), int((~positive).sum())
    if n_pos == 0 or n_neg == 0:
        return None
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    midrank = last - (counts - 1) / 2
    rank_sum = float(midrank[inverse][positive].sum())
    return (rank_sum - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg)


def average_precision(labels: Labels, scores: Scores) -> float | None:
    """Average precision of one class, `(record,)`: sum of precision times the step in recall, equal scores in one step.

    No interpolation, which would flatter (Davis & Goadrich 2006, doi:10.1145/1143844.1143874).

    Raises:
        DataError: a score is no number.
    """
    if not labels.any() or labels.all():
        return None
    recall, precision, _ = precision_recall_curve(labels, scores)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def roc_curve(labels: Labels, scores: Scores) -> tuple[Scores, Scores]:
    """False and true positive rates of one class from the strictest threshold (0, 0) to the laxest (1, 1).

    A rate of records that are not there is NaN throughout. Arguments and errors as of `threshold_counts`.
    """
    true, false, _ = threshold_counts(labels, scores)
    return _rates(np.append(0.0, false)), _rates(np.append(0.0, true))


def precision_recall_curve(labels: Labels, scores: Scores) -> tuple[Scores, Scores, Scores]:
    """Recall, precision and threshold of one class at every distinct score, highest first.

    Without a positive record recall is NaN. Arguments and errors as of `threshold_counts`.
    """
    true, false, thresholds = threshold_counts(labels, scores)
    return _rates(true), true / (true + false), thresholds


def threshold_counts(labels: Labels, scores: Scores) -> tuple[Scores, Scores, Scores]:
    """True positives, false positives and threshold of one class, for every distinct score, highest first.

    A record counts as positive when its score is at least the threshold.

    Args:
        labels: 0 or 1, `(record,)`, at least one record.
        scores: `(record,)`, finite.

    Raises:
        DataError: a score is no number.
    """
    _require_numbers(scores)
    order = np.argsort(-scores, kind="stable")
    ranked, truth = scores[order], labels[order].astype(np.int64)
    last_of_value = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    true = np.cumsum(truth)[last_of_value].astype(np.float64)
    return true, last_of_value + 1.0 - true, ranked[last_of_value]


def confusion(labels: Labels, decisions: NDArray[np.bool_]) -> Confusion:
    """Counts of one class, `(record,)`."""
    truth = labels.astype(bool)
    return Confusion(
        true_negative=int((~truth & ~decisions).sum()),
        false_positive=int((~truth & decisions).sum()),
        false_negative=int((truth & ~decisions).sum()),
        true_positive=int((truth & decisions).sum()),
    )


def confusions(labels: Labels, scores: Scores, thresholds: Sequence[float] | float) -> list[Confusion]:
    """Counts of every class when a score of at least its threshold counts as present."""
    decisions = scores >= np.asarray(thresholds)
    return [confusion(labels[:, i], decisions[:, i]) for i in range(labels.shape[1])]


def macro(values: Sequence[float | None]) -> tuple[float | None, int]:
    """Mean over the classes that have a value, and their number."""
    defined = [value for value in values if value is not None]
    return (float(np.mean(defined)) if defined else None), len(defined)


def macro_auc(labels: Labels, scores: Scores) -> float | None:
    """Macro AUC of `(record, class)` labels and scores, over the classes that have both kinds of records."""
    return macro([auc(labels[:, i], scores[:, i]) for i in range(labels.shape[1])])[0]


def _require_numbers(scores: Scores) -> None:
    missing = int(np.isnan(scores).sum())
    if missing:
        raise DataError(
            f"{missing} of {scores.size} scores are no numbers (NaN); a model that gives them cannot be judged."
        )


def _rates(counts: Scores) -> Scores:
    """Shares of the last count, which is of all records; NaN where there are none."""
    return counts / counts[-1] if counts[-1] else np.full_like(counts, np.nan)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
