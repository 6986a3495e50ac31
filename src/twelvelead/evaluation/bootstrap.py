"""95 % intervals by bootstrap over patients, all resamples at once.

A patient's records are drawn together, because they are not independent: drawing records would make intervals too
narrow. A resample is a number of copies for each record; AUC and average precision with such integer weights need one
sort a class or one product of matrices, not one sort a resample.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Interval",
    "Resamples",
    "draw_resamples",
    "interval",
    "macro_values",
    "resampled_counts",
    "resampled_means",
    "weighted_auc",
    "weighted_average_precision",
]

Weights = NDArray[np.float64]

FEW = 200
"""Up to so many positive (or negative) records, products with a matrix of pairs are faster than cumulative sums."""

CHUNK_RESAMPLES = 100
"""Weights of so many resamples are in memory beside their cumulative sums."""


@dataclass(frozen=True)
class Interval:
    """An interval from resampled values."""

    low: float
    high: float
    resamples: int
    """Resamples in which the value is defined; fewer than were drawn where a class is rare."""


@dataclass(frozen=True)
class Resamples:
    """Copies of each record in each resample."""

    weights: NDArray[np.uint16]
    """`(resample, record)`; the records of a patient have the same number."""
    patients: NDArray[np.int64]
    """`(record,)`: the patient's number."""

    @cached_property
    def as_floats(self) -> NDArray[np.float32]:
        """The weights as the matrix that products are made with."""
        return self.weights.astype(np.float32)

    @cached_property
    def sizes(self) -> Weights:
        """Records in each resample, `(resample,)`."""
        return np.asarray(self.weights.sum(axis=1, dtype=np.float64))

    @property
    def patient_count(self) -> int:
        """How many patients the records are of."""
        return len(np.unique(self.patients))

    def among(self, records: NDArray[np.bool_]) -> "Resamples":
        """The same resamples of the records that `records` `(record,)` marks."""
        return Resamples(self.weights[:, records], self.patients[records])


def draw_resamples(patients: NDArray[np.int64], count: int = 1000, seed: int = 0) -> Resamples:
    """Draw patients with replacement, as many as there are, `count` times (Field & Welsh 2007, "Bootstrapping clustered
    data", doi:10.1111/j.1467-9868.2007.00593.x: the randomized cluster bootstrap).

    Args:
        patients: patient number of each record, `(record,)`, 0 to patients − 1.
        count: resamples.
        seed: the same seed gives the same resamples.
    """
    if not len(patients):
        return Resamples(np.zeros((count, 0), dtype=np.uint16), patients)
    number = int(patients.max()) + 1
    random = np.random.default_rng(seed)
    copies = random.multinomial(number, np.full(number, 1 / number), size=count).astype(np.uint16)
    return Resamples(copies[:, patients], patients)


def weighted_auc(labels: NDArray[np.uint8], scores: NDArray[np.float64], resamples: Resamples) -> Weights:
    """AUC of one class in each resample, `(resample,)`; NaN where it has positive or negative records only.

    The Mann-Whitney statistic with ties counting half, as `metrics.auc`.
    """
    positives = int(labels.sum())
    if positives <= FEW:
        return _auc_by_pairs(labels.astype(bool), scores, resamples)
    if len(labels) - positives <= FEW:
        return _auc_by_pairs(~labels.astype(bool), -scores, resamples)
    return _auc_by_ranks(labels, scores, resamples)


def _auc_by_pairs(positive: NDArray[np.bool_], scores: NDArray[np.float64], resamples: Resamples) -> Weights:
    """By a matrix product with each of few positive records' wins."""
    difference = scores[positive][None, :] - scores[~positive][:, None]
    won = np.zeros((len(scores), difference.shape[1]), dtype=np.float32)
    won[~positive] = (np.sign(difference) + 1) / 2
    weights = resamples.as_floats
    copies = resamples.weights[:, positive].astype(np.float64)
    wins = (copies * (weights @ won)).sum(axis=1)  # exact: float32 holds every half up to 2^23
    positives = copies.sum(axis=1)
    return _divided(wins, positives * (resamples.sizes - positives))


def _auc_by_ranks(labels: NDArray[np.uint8], scores: NDArray[np.float64], resamples: Resamples) -> Weights:
    """By one sort, and cumulative sums in each resample."""
    order, first_of_tie = _ties(scores)
    truth = labels[order].astype(np.float64)

    def of_chunk(weights: Weights) -> Weights:
        positive = _summed(weights * truth, first_of_tie)
        negative = _summed(weights * (1 - truth), first_of_tie)
        below = np.cumsum(negative, axis=1) - negative / 2
        return _divided((positive * below).sum(axis=1), positive.sum(axis=1) * negative.sum(axis=1))

    return _in_chunks(resamples, order, of_chunk)


def weighted_average_precision(labels: NDArray[np.uint8], scores: NDArray[np.float64], resamples: Resamples) -> Weights:
    """Average precision of one class in each resample, `(resample,)`; NaN where it has one kind of record only."""
    if int(labels.sum()) <= FEW:
        return _precision_by_pairs(labels.astype(bool), scores, resamples)
    return _precision_by_ranks(labels, scores, resamples)


def _precision_by_pairs(positive: NDArray[np.bool_], scores: NDArray[np.float64], resamples: Resamples) -> Weights:
    """By matrix products with what is at or above each of few positive records."""
    above = (scores[:, None] >= scores[positive][None, :]).astype(np.float32)
    weights = resamples.as_floats
    copies = weights[:, positive]
    drawn, found = (weights @ above).astype(np.float64), (copies @ above[positive]).astype(np.float64)
    precision = np.divide(found, drawn, out=np.zeros_like(found), where=drawn > 0)
    total = copies.sum(axis=1, dtype=np.float64)
    area = (copies * precision).sum(axis=1)
    return _divided(area, np.where(total < resamples.sizes, total, 0.0))


def _precision_by_ranks(labels: NDArray[np.uint8], scores: NDArray[np.float64], resamples: Resamples) -> Weights:
    """By one sort, and cumulative sums in each resample."""
    order, first_of_tie = _ties(-scores)
    truth = labels[order].astype(np.float64)

    def of_chunk(weights: Weights) -> Weights:
        positive = _summed(weights * truth, first_of_tie)
        drawn = np.cumsum(_summed(weights, first_of_tie), axis=1)
        found = np.cumsum(positive, axis=1)
        precision = np.divide(found, drawn, out=np.zeros_like(found), where=drawn > 0)
        total = found[:, -1]
        return _divided((positive * precision).sum(axis=1), np.where(total < drawn[:, -1], total, 0.0))

    return _in_chunks(resamples, order, of_chunk)


def interval(values: Weights, level: float = 0.95) -> Interval | None:
    """Percentile interval of resampled values, over those that are defined; None if none is.

    (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3.)
    """
    defined = values[np.isfinite(values)]
    if not len(defined):
        return None
    # np.percentile says the same, at many times the cost of sorting this few values.
    ranked = np.sort(defined)
    places = np.array([(1 - level) / 2, (1 + level) / 2]) * (len(ranked) - 1)
    low, high = np.interp(places, np.arange(len(ranked)), ranked)
    return Interval(float(low), float(high), len(defined))


def macro_values(values: Sequence[Weights]) -> Weights:
    """Mean over classes in each resample, `(resample,)`, of the classes' resampled values.

    A rare class may have no positive record in a resample, and no value there. It then takes its value from the next
    resample that has one. So every resample is the mean over the same classes, and each class keeps the distribution
    of its own values. Leaving the class out of such a resample would mix different means and bias the interval;
    leaving the resample out would keep too few of them where many classes are rare.
    """
    filled = [_filled(of_class) for of_class in values]
    return np.asarray(np.mean(filled, axis=0))


def resampled_counts(records: NDArray[np.bool_], resamples: Resamples) -> Weights:
    """How many of the marked records `(record, class)` are in each resample, `(resample, class)`."""
    # float32 holds these whole numbers exactly, up to 2^24 records.
    return np.asarray(resamples.as_floats @ records.astype(np.float32), dtype=np.float64)


def resampled_means(values: NDArray[np.float64], resamples: Resamples) -> Weights:
    """Mean over records of `values` `(record, class)` in each resample, `(resample, class)`; NaN in an empty one."""
    weights = resamples.weights.astype(np.float64)
    total = weights.sum(axis=1, keepdims=True)
    sums = weights @ values
    return np.asarray(np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0))


def _filled(values: Weights) -> Weights:
    """Each undefined value replaced by the next defined one, going round; all undefined stays so."""
    defined = np.flatnonzero(np.isfinite(values))
    if len(defined) in (0, len(values)):
        return values
    following = np.searchsorted(defined, np.arange(len(values))) % len(defined)
    return np.asarray(values[defined[following]])


def _ties(scores: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ascending order, and where in it each distinct score begins."""
    order = np.argsort(scores, kind="stable")
    changes = np.flatnonzero(np.diff(scores[order])) + 1
    return order, np.concatenate([[0], changes])


def _summed(weights: Weights, first_of_tie: NDArray[np.int64]) -> Weights:
    """Sums over records of equal score, `(resample, distinct score)`."""
    if len(first_of_tie) == weights.shape[1]:
        return weights
    return np.asarray(np.add.reduceat(weights, first_of_tie, axis=1))


def _divided(part: Weights, whole: Weights) -> Weights:
    """`part / whole`, NaN where `whole` is 0."""
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))


def _in_chunks(resamples: Resamples, order: NDArray[np.int64], of_chunk: Callable[[Weights], Weights]) -> Weights:
    weights = resamples.weights
    parts = [
        of_chunk(weights[start : start + CHUNK_RESAMPLES][:, order].astype(np.float64))
        for start in range(0, len(weights), CHUNK_RESAMPLES)
    ]
    return np.asarray(np.concatenate(parts))
