"""How far an exported file's probabilities are from the classifier's, on ECGs that need no data set."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.simulate import simulate_ecg
from twelvelead.inference.backend import Backend
from twelvelead.models.info import ModelInfo

__all__ = ["BATCHES", "TOLERANCE", "largest_difference", "likeness_batches"]

TOLERANCE = 1e-5
"""Of a probability. Other runtimes add float32 numbers in another order; our networks differ by some 1e-7."""

BATCHES = (1, 4, 7)
"""Records of each batch: one, and sizes that the file was not made with."""

CODES = ("NORM", "IMI", "AMI", "NDT", "CLBBB", "LVH", "AFIB")
"""Of the simulated ECGs, one of each: every superclass and a rhythm."""


def likeness_batches(info: ModelInfo) -> list[NDArray[np.float32]]:
    """Simulated ECGs as a model takes them, `(record, time, lead)` millivolts, a batch for each size of `BATCHES`.

    Args:
        info: of a model that takes the twelve leads.

    Raises:
        ConfigError: the model's rate or duration is beyond the simulator's.
    """
    ecgs = [simulate_ecg([code], seed=i, rate_hz=info.rate_hz, seconds=info.duration_s) for i, code in enumerate(CODES)]
    signals = np.stack(ecgs)
    return [signals[:count] for count in BATCHES]


def largest_difference(
    classifier: Backend, batches: Sequence[NDArray[np.float32]], found: Sequence[NDArray[np.float64]]
) -> float:
    """Largest difference of a probability, over all batches, records and classes; infinite where one is no number."""
    differences = [np.abs(classifier.predict(batch) - other).max() for batch, other in zip(batches, found, strict=True)]
    largest = float(np.max(differences))
    return largest if np.isfinite(largest) else float("inf")
