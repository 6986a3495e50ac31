"""Decision thresholds, chosen on the validation part and nowhere else."""

import numpy as np
from numpy.typing import NDArray

from twelvelead.evaluation.metrics import precision_recall_curve

__all__ = ["BEST_F1_RULE", "best_f1_thresholds"]

BEST_F1_RULE = "best F1 of each class on the validation part; 0.5 for a class that has none there"


def best_f1_thresholds(labels: NDArray[np.uint8], scores: NDArray[np.float64]) -> list[float]:
    """For each class the threshold with the highest F1; the higher one of equals.

    Args:
        labels: multi-hot `(record, class)` of the validation part.
        scores: probabilities `(record, class)`.

    Returns:
        One threshold a class, halfway between the lowest score that counts as present and the next lower one; 0.5 for
        a class without positive or without negative records, where nothing can be chosen.
    """
    return [_best_f1(labels[:, i], scores[:, i]) for i in range(labels.shape[1])]


def _best_f1(labels: NDArray[np.uint8], scores: NDArray[np.float64]) -> float:
    if not labels.any() or labels.all():
        return 0.5
    recall, precision, cuts = precision_recall_curve(labels, scores)
    total = recall + precision
    f1 = np.divide(2 * recall * precision, total, out=np.zeros_like(total), where=total > 0)
    best = int(f1.argmax())
    below = cuts[best + 1] if best + 1 < len(cuts) else 0.0
    middle = (cuts[best] + below) / 2
    # Halving can round down to the lower score itself, which must stay below the threshold.
    return float(middle if middle > below else cuts[best])
