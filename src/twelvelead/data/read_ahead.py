"""Rows of a memory-mapped array asked of the disk before they are needed, so that nothing waits for them.

The system reads them in the background, several at a time; rows that are in memory already cost a microsecond each.
"""

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ReadAhead"]


class ReadAhead:
    """Asks for rows of an array. Does nothing for one that is not mapped, or where the system has no `madvise`.

    Args:
        array: `(row, ...)`, contiguous in memory.
    """

    def __init__(self, array: NDArray[Any]) -> None:
        mapping = _mapping(array)
        self._mapping = mapping if hasattr(mmap, "MADV_WILLNEED") else None
        if mapping is not None:
            first = np.frombuffer(mapping, dtype=np.uint8, count=1)
            self._begin = array.ctypes.data - first.ctypes.data
            self._row_bytes = array.strides[0]

    def ask(self, rows: NDArray[np.int64]) -> None:
        """Rows that will be read soon."""
        if self._mapping is None:
            return
        for row in rows.tolist():
            begin = self._begin + row * self._row_bytes
            page = begin - begin % mmap.PAGESIZE
            self._mapping.madvise(mmap.MADV_WILLNEED, page, begin + self._row_bytes - page)


def _mapping(array: Any) -> mmap.mmap | None:
    while isinstance(array, np.ndarray):
        array = array.base
    return array if isinstance(array, mmap.mmap) else None
