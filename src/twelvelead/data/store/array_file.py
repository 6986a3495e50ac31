"""`signals.npy`, grown in place: an ordinary NumPy file whose header is rewritten once more rows are there.

NumPy pads the header of a file so that the first axis can grow without moving the data
(`numpy.lib.format`, `GROWTH_AXIS_MAX_DIGITS`), which this relies on and checks.
"""

import io
import os
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from twelvelead.leads import LEADS

__all__ = ["SIGNALS_FILE", "GrowingArray", "whole_rows"]

SIGNALS_FILE = "signals.npy"


class GrowingArray:
    """Append rows of shape `(samples, 12)`, int16, to `signals.npy` in a folder.

    Rows already there are never touched, so that readers of an older manifest go on undisturbed.

    Args:
        folder: where the file lies or will lie.
        samples: samples a record.
        rows: rows that count; what lies beyond them (from a killed run) is overwritten.
    """

    def __init__(self, folder: Path, samples: int, rows: int) -> None:
        self.rows = rows
        self._shape = (samples, len(LEADS))
        self._row_bytes = samples * len(LEADS) * 2
        self._header_bytes = len(_header(0, self._shape))
        self._file = os.open(folder / SIGNALS_FILE, os.O_RDWR | os.O_CREAT, 0o666)

    def append(self, block: NDArray[np.int16]) -> None:
        """Write `(record, samples, 12)` behind the last row."""
        if not len(block):
            return
        data = memoryview(np.ascontiguousarray(block, dtype="<i2").data).cast("B")
        position = self._header_bytes + self.rows * self._row_bytes
        while data:
            written = os.pwrite(self._file, data, position)
            position, data = position + written, data[written:]
        self.rows += len(block)

    def flush(self) -> None:
        """Wait until the rows are on the disk, whatever happens to the machine; another thread may append meanwhile."""
        os.fsync(self._file)

    def finish(self) -> None:
        """Bring the file's length and header up to `rows` and flush it to the disk."""
        header = _header(self.rows, self._shape)
        assert len(header) == self._header_bytes, "numpy's header does not leave room to grow"
        os.ftruncate(self._file, self._header_bytes + self.rows * self._row_bytes)
        os.pwrite(self._file, header, 0)
        os.fsync(self._file)

    def __enter__(self) -> "GrowingArray":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)


def whole_rows(folder: Path, samples: int) -> int:
    """Rows whose bytes are all in `signals.npy`, whatever its header says; 0 where there is no file."""
    path = folder / SIGNALS_FILE
    size = path.stat().st_size if path.is_file() else 0
    shape = (samples, len(LEADS))
    return max(0, size - len(_header(0, shape))) // (samples * len(LEADS) * 2)


def _header(rows: int, shape: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<i2", "fortran_order": False, "shape": (rows, *shape)})
    return stream.getvalue()
