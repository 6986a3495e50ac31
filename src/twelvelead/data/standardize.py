"""One mean and one deviation per lead, fitted on the training part only.

Sums run over the store's integers, so the statistics are exact and do not depend on the order of records.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import DataError
from twelvelead.leads import UNITS_PER_MV

__all__ = ["Standardizer"]

CHUNK_RECORDS = 64


@dataclass(frozen=True)
class Standardizer:
    """`(signal − mean) / std`, per lead."""

    mean_mv: NDArray[np.float64]
    """`(lead,)`, millivolts."""
    std_mv: NDArray[np.float64]
    """`(lead,)`, millivolts, greater than 0: a lead that never varies gets 1, as scikit-learn does."""

    @classmethod
    def fit(cls, signals: NDArray[np.int16], rows: NDArray[np.int64]) -> "Standardizer":
        """Statistics of the store's `signals` `(row, time, lead)` over `rows`; population deviation.

        Reads a few dozen records at a time, whatever the number of rows.

        Raises:
            DataError: no rows.
        """
        if not len(rows):
            raise DataError("a standardiser needs at least one training record.")
        leads = signals.shape[2]
        total = np.zeros(leads, dtype=np.int64)
        # Exact: a chunk's sum stays below 2^53, the sum over all below 2^63 up to 10^9 samples a lead.
        squares = np.zeros(leads, dtype=np.int64)
        for start in range(0, len(rows), CHUNK_RECORDS):
            block = signals[rows[start : start + CHUNK_RECORDS]].reshape(-1, leads)
            total += block.sum(axis=0, dtype=np.int64)
            wide = block.astype(np.float64)
            squares += np.einsum("sl,sl->l", wide, wide).astype(np.int64)
        count = len(rows) * signals.shape[1]
        mean = [value / count for value in total.tolist()]
        # In Python's integers, so that a large offset cannot cancel a small deviation away.
        variance = [(count * q - s * s) / count**2 for q, s in zip(squares.tolist(), total.tolist())]
        std = [math.sqrt(v) if v > 0 else UNITS_PER_MV for v in variance]
        return cls(np.array(mean) / UNITS_PER_MV, np.array(std) / UNITS_PER_MV)

    def apply(self, signal_mv: NDArray[np.floating]) -> NDArray[np.float32]:
        """Standardise `(..., time, lead)` millivolts; float32."""
        return ((signal_mv - self.mean_mv) / self.std_mv).astype(np.float32)
