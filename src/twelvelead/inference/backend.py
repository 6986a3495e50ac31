"""What computes a model's probabilities, and what all such share. Needs no PyTorch."""

import os
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import DataError
from twelvelead.models.info import ModelInfo

__all__ = ["CHUNK_RECORDS", "Backend", "check_signals", "usable_cores"]

CHUNK_RECORDS = 32
"""Small enough for the activations to stay in a CPU's cache."""


class Backend(Protocol):
    """Signals in, probabilities out: `Predictor` by PyTorch, `OnnxPredictor` by ONNX Runtime."""

    @property
    def info(self) -> ModelInfo:
        """What the model is."""

    def predict(self, signals_mv: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Probabilities `(record, class)`, 0 to 1, of `(record, time, lead)` millivolts, at the model's rate."""


def check_signals(signals_mv: NDArray[Any], info: ModelInfo) -> None:
    """Raise `DataError` unless the shape is `(record, time, lead)` with the model's number of leads.

    Raises:
        DataError: the array has another shape.
    """
    leads = len(info.leads)
    if signals_mv.ndim != 3 or signals_mv.shape[2] != leads:
        raise DataError(f"signals have shape {signals_mv.shape}; expected is (record, time, {leads}).")


def usable_cores() -> int:
    """CPU cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
