"""Decision thresholds, chosen on the validation part and nowhere else."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import ConfigError
from twelvelead.evaluation.metrics import threshold_counts

__all__ = ["BEST_F1", "ThresholdRule", "choose_thresholds", "parse_rule"]

RULES = "f1, youden, sensitivity=SHARE or specificity=SHARE (like sensitivity=0.9)"

ROUNDING = 1e-9
"""Of a wanted share: 1 − 0.9 is a little less than 0.1, and must not cost a record."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class ThresholdRule:
    """How a threshold is chosen from a class's validation scores."""

    kind: str
    """"f1", "youden", "sensitivity" or "specificity"."""
    wanted: float | None = None
    """For the last two: the share that must at least be reached, above 0, up to 1."""

    @property
    def name(self) -> str:
        """As it is typed: the inverse of `parse_rule`."""
        return self.kind if self.wanted is None else f"{self.kind}={self.wanted:g}"

    @property
    def description(self) -> str:
        """In words, for results."""
        words = {
            "f1": "best F1",
            "youden": "best Youden index (sensitivity + specificity − 1)",
            "sensitivity": f"sensitivity of at least {self.wanted}, with the best specificity",
            "specificity": f"specificity of at least {self.wanted}, with the best sensitivity",
        }
        return f"{words[self.kind]} of each class on the validation part; 0.5 for a class that has none there"


BEST_F1 = ThresholdRule("f1")


def parse_rule(text: str) -> ThresholdRule:
    """A rule as it is typed: `f1`, `youden`, `sensitivity=0.9`, `specificity=0.95`.

    Raises:
        ConfigError: anything else.
    """
    kind, _, share = text.strip().partition("=")
    if kind in ("f1", "youden") and not share:
        return ThresholdRule(kind)
    try:
        wanted = float(share)
    except ValueError:
        wanted = math.nan
    if kind in ("sensitivity", "specificity") and 0 < wanted <= 1:
        return ThresholdRule(kind, wanted)
    raise ConfigError(f"--thresholds is {text}; allowed is {RULES}, shares above 0 up to 1.")


def choose_thresholds(labels: NDArray[np.uint8], scores: Values, rule: ThresholdRule = BEST_F1) -> list[float]:
    """For each class the threshold that the rule prefers; the higher one of equals.

    Youden's index: W. J. Youden, "Index for rating diagnostic tests", Cancer 3:32 (1950).

    Args:
        labels: multi-hot `(record, class)` of the validation part.
        scores: probabilities `(record, class)`.
        rule: what to prefer.

    Returns:
        One threshold a class, halfway between the lowest score that counts as present and the next lower one; the next
        number above the highest score where nothing had better count as present; 0.5 for a class without positive or
        without negative records, where nothing can be chosen.

    Raises:
        DataError: a score is no number.
    """
    return [_of_class(labels[:, i], scores[:, i], rule) for i in range(labels.shape[1])]


def _of_class(labels: NDArray[np.uint8], scores: Values, rule: ThresholdRule) -> float:
    if not labels.any() or labels.all():
        return 0.5
    true, false, cuts = threshold_counts(labels, scores)
    # Before the strictest cut stands "nothing is present", which the others' counts do not have.
    true, false = np.append(0.0, true), np.append(0.0, false)
    gain = _GAINS[rule.kind](true, false, rule.wanted or 0.0)
    best = int(gain.argmax())
    above = math.nextafter(cuts[0], math.inf)
    return _between(np.concatenate([[above], cuts, [0.0]]), best)


def _between(cuts: Values, index: int) -> float:
    if index == 0:
        return float(cuts[0])
    middle = (cuts[index] + cuts[index + 1]) / 2
    # Halving can round down to the lower score itself, which must stay below the threshold.
    return float(middle if middle > cuts[index + 1] else cuts[index])


def _f1(true: Values, false: Values, _: float) -> Values:
    return np.asarray(2 * true / (true + false + true[-1]))


def _youden(true: Values, false: Values, _: float) -> Values:
    return np.asarray(true * false[-1] - false * true[-1])  # times both totals: exact


def _for_sensitivity(true: Values, false: Values, wanted: float) -> Values:
    return np.where(true >= (wanted - ROUNDING) * true[-1], -false, -np.inf)


def _for_specificity(true: Values, false: Values, wanted: float) -> Values:
    return np.where(false <= (1 - wanted + ROUNDING) * false[-1], true, -np.inf)


_GAINS: dict[str, Callable[[Values, Values, float], Values]] = {
    "f1": _f1,
    "youden": _youden,
    "sensitivity": _for_sensitivity,
    "specificity": _for_specificity,
}
"""By kind: what is to be greatest, for every cut `(cut,)`, from true and false positives; the last counts all."""
