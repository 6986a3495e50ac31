"""How far probabilities can be taken at their word: Brier score, calibration error, reliability, temperature."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import DataError

__all__ = [
    "BINS",
    "ReliabilityBin",
    "apply_temperature",
    "brier_scores",
    "calibration_error",
    "cross_entropy",
    "fit_temperature",
    "reliability",
]

Labels = NDArray[np.uint8]
Scores = NDArray[np.float64]

BINS = 10
"""Equal-width bins of the reliability diagram and of the expected calibration error, as in Naeini, Cooper and
Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015."""

TEMPERATURES = (0.05, 20.0)
"""Temperatures that are searched; outside, the scores are all but constant or all but decisions."""

NEAREST = float(np.finfo(np.float64).epsneg)
"""Probabilities nearer to 0 or 1 are taken to be so near; for those next to 1 it is the resolution of the numbers."""

NEAREST_FITTED = 1e-7
"""The same while a temperature is fitted: about the resolution of float32 probabilities. Else one record with exactly 0
or 1, from a table with few decimals, would decide the temperature alone."""


@dataclass(frozen=True)
class ReliabilityBin:
    """The records whose probability lies in one bin."""

    low: float
    high: float
    records: int
    mean_probability: float
    positive_share: float


def brier_scores(labels: Labels, probabilities: Scores) -> Scores:
    """Mean squared difference of probability and label of each class, `(class,)`, 0 (best) to 1.

    (Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2, for two outcomes, one of them counted.)
    """
    return np.asarray(np.mean((probabilities - labels) ** 2, axis=0))


def reliability(labels: Labels, probabilities: Scores, bins: int = BINS) -> list[ReliabilityBin]:
    """Mean probability and share of positives of one class, `(record,)`, in bins of equal width; empty ones left out.

    A probability on the border of two bins belongs to the lower one.
    """
    edges = np.linspace(0, 1, bins + 1)
    of_record = np.searchsorted(edges[1:-1], probabilities)
    found = []
    for number in np.unique(of_record):
        inside = of_record == number
        found.append(
            ReliabilityBin(
                low=float(edges[number]),
                high=float(edges[number + 1]),
                records=int(inside.sum()),
                mean_probability=float(probabilities[inside].mean()),
                positive_share=float(labels[inside].mean()),
            )
        )
    return found


def calibration_error(bins: Sequence[ReliabilityBin]) -> float | None:
    """Expected calibration error: |mean probability − share of positives|, mean over the records; None for none.

    Of few records it is too large: chance alone sets shares apart from probabilities (Roelofs et al. 2022, arXiv
    2012.08668).
    """
    total = sum(b.records for b in bins)
    if not total:
        return None
    return sum(b.records * abs(b.mean_probability - b.positive_share) for b in bins) / total


def fit_temperature(labels: Labels, probabilities: Scores) -> float:
    """The temperature that divides all logits for the least cross-entropy on these records: the validation part.

    One number for all classes; it changes no ranking within a class. (Guo et al., "On Calibration of Modern Neural
    Networks", ICML 2017, section 4.2, here with one sigmoid a class.)

    Args:
        labels: multi-hot `(record, class)`.
        probabilities: `(record, class)`, 0 to 1, made with temperature 1.

    Returns:
        0.05 to 20; above 1 where the probabilities were overconfident.

    Raises:
        DataError: no record.
    """
    from scipy.optimize import minimize_scalar

    if not labels.size:
        raise DataError("a temperature cannot be fitted without a validation record.")
    logits = _logits(probabilities, NEAREST_FITTED)

    def loss(log_temperature: float) -> float:
        return _logit_cross_entropy(labels, logits / math.exp(log_temperature))

    bounds = (math.log(TEMPERATURES[0]), math.log(TEMPERATURES[1]))
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-6})
    return math.exp(found.x)


def apply_temperature(probabilities: Scores, temperature: float) -> Scores:
    """The probabilities that the same logits give when divided by `temperature`."""
    from scipy.special import expit

    return np.asarray(expit(_logits(probabilities) / temperature))


def cross_entropy(labels: Labels, probabilities: Scores) -> float:
    """Mean binary cross-entropy over records and classes, natural logarithm."""
    return _logit_cross_entropy(labels, _logits(probabilities))


def _logits(probabilities: Scores, nearest: float = NEAREST) -> Scores:
    inside = np.clip(probabilities, nearest, 1 - nearest)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _logit_cross_entropy(labels: Labels, logits: Scores) -> float:
    return float(np.mean(np.logaddexp(0, logits) - labels * logits))
