"""What a training lessens: binary cross-entropy, with smoothed labels and weighted classes if asked for."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from twelvelead.config import ClassWeights

__all__ = ["LabelLoss", "positive_weights"]


@dataclass(frozen=True)
class LabelLoss:
    """Binary cross-entropy of each class, summed over records and classes."""

    smoothing: float = 0.0
    """How far labels are pulled towards 0.5, 0 to 1 (Szegedy et al. 2016, arXiv 1512.00567)."""
    weights: Tensor | None = None
    """`(class,)`: what a positive label weighs, beside 1 for a negative one."""

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The sum, a scalar; `logits` and `labels` (0 to 1) are `(record, class)`."""
        target, weight = labels, None
        if self.weights is not None:  # a label weighs what it says before it is smoothed
            weight = 1 + labels * (self.weights - 1)
            target = labels * self.weights / weight
        if self.smoothing:
            target = torch.lerp(target, torch.full_like(target, 0.5), self.smoothing)
        return functional.binary_cross_entropy_with_logits(logits, target, weight, reduction="sum")


def positive_weights(
    labels: NDArray[np.floating] | NDArray[np.integer], rule: ClassWeights
) -> NDArray[np.float32] | None:
    """What a positive label of each class weighs.

    "balanced" gives negatives / positives, so that both sides of a class weigh the same in sum (King & Zeng 2001,
    Logistic regression in rare events data). A class without positives, or with nothing else, weighs 1.

    Args:
        labels: `(record, class)` of the training part, 0 to 1; soft ones count by their share.
        rule: "none" gives None.
    """
    if rule == "none":
        return None
    positives = labels.sum(axis=0, dtype=np.float64)
    negatives = len(labels) - positives
    both = (positives > 0) & (negatives > 0)
    weights: NDArray[np.float64] = np.divide(negatives, positives, out=np.ones_like(positives), where=both)
    return weights.astype(np.float32)
