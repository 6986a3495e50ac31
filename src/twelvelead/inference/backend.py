"""What computes a model's probabilities, and what all such share. Needs no PyTorch."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import DataError
from twelvelead.models.info import ModelInfo

__all__ = ["CHUNK_RECORDS", "Backend", "check_signals", "computed", "usable_cores"]

CHUNK_RECORDS = 32
"""Small enough for the activations to stay in a CPU's cache."""


_Chunk = TypeVar("_Chunk")


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


def computed(
    pool: Executor, workers: int, compute: Callable[[_Chunk], NDArray[np.float64]], chunks: Iterable[_Chunk]
) -> Iterator[NDArray[np.float64]]:
    """What `compute` makes of each chunk, in order; few chunks are in memory at once."""
    waiting: deque[Future[NDArray[np.float64]]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(compute, chunk))
        if len(waiting) > 2 * workers:
            yield waiting.popleft().result()
    yield from (future.result() for future in waiting)


def usable_cores() -> int:
    """CPU cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
