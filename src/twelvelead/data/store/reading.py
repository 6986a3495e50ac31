"""A block of WFDB records in, int16 units and a verdict for each record out.

Each record's bytes are read once, straight into the block. From the samples follows the header that the record must
have; where it has just that one, nothing is parsed. Any other record goes on its own through `record.py`.
"""

import math
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.store.header import HeaderTemplate
from twelvelead.data.store.record import INVALID, OK, Verdict, read_record
from twelvelead.leads import LEADS

__all__ = ["DURATION_S", "BlockReader"]

DURATION_S = 10
"""Every PTB-XL record lasts 10 s."""

BLOCK_BYTES = 2**21
"""Samples read at once: what a processor's cache holds, as they are checked and written right after."""

USUAL_HEADER = 4096
"""Bytes; PTB-XL's headers have 600."""

# No dot, so that it leads nowhere but below the data folder.
_USUAL_NAME = re.compile(r"(?:\w[-\w]*/)*([-\w]+)", re.ASCII)


_Files = tuple[str, bytes, tuple[int, int, int, int]]
"""What the two files of a record hold besides the samples: its name, the header, and the stamp of a `Verdict`."""


class BlockReader:
    """Reads the records of a data folder, a block at a time, always into the same memory.

    Args:
        data_dir: the data folder.
        rate_hz: 100 or 500.
    """

    def __init__(self, data_dir: Path, rate_hz: int) -> None:
        shape = (rate_hz * DURATION_S, len(LEADS))
        self.most = max(1, BLOCK_BYTES // (2 * math.prod(shape)))
        """Records in a block."""
        self._data_dir = data_dir
        self._rate_hz = rate_hz
        self._block = np.empty((self.most, *shape), dtype="<i2")
        self._rows = [memoryview(row.data).cast("B") for row in self._block]
        self._template: HeaderTemplate | None = None

    def read(self, names: Sequence[object]) -> tuple[NDArray[np.int16], list[Verdict]]:
        """Read the records `names` (paths below the data folder, without suffix), `most` of them at most.

        Returns:
            `(record, time, lead)` int16, 1,000 units per mV, leads in the order of `LEADS`, one row for each record,
            undefined where it is left out, which holds until the next call; and a verdict for each record.
        """
        block = self._block[: len(names)]
        found = [_read_usual(f"{self._data_dir}/", name, row) for name, row in zip(names, self._rows)]
        numbers, doubtful = _summed(block)
        verdicts = []
        for i, files in enumerate(found):
            if files is None or doubtful[i] or (template := self._template_of(files, numbers[i])) is None:
                verdicts.append(read_record(self._data_dir, names[i], self._rate_hz, block[i]))
                continue
            if template.plain.order:
                block[i] = block[i][:, template.plain.order]
            verdicts.append(Verdict(OK, "", files[0] + ".dat", files[2]))
        return block, verdicts

    def _template_of(self, files: _Files, numbers: list[int]) -> HeaderTemplate | None:
        """The template by which these samples have just this header, if there is one."""
        record, header, _ = files
        known = self._template
        if known and known.written(record.encode(), numbers) == header:
            return known
        other = HeaderTemplate.of(header, record.encode())
        usual = (self._rate_hz, self._block.shape[1], record + ".dat")
        if other is None or other.plain[:3] != usual:
            return None
        self._template = other
        return other if other.written(record.encode(), numbers) == header else None


def _read_usual(folder: str, name: object, out: memoryview) -> _Files | None:
    """Fill `out` with the samples of a record; None where a file is not there or not as usual."""
    match = _USUAL_NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        return None
    try:
        file = os.open(f"{folder}{name}.hea", os.O_RDONLY)
        try:
            of_header = os.fstat(file)
            header = os.read(file, USUAL_HEADER)
        finally:
            os.close(file)
        file = os.open(f"{folder}{name}.dat", os.O_RDONLY)
        try:
            of_data = os.fstat(file)
            whole = of_data.st_size == len(out) and os.readv(file, [out]) == len(out)
        finally:
            os.close(file)
    except OSError:
        return None
    stamp = (of_header.st_size, of_header.st_mtime_ns, of_data.st_size, of_data.st_mtime_ns)
    return (match[1], header, stamp) if whole and of_header.st_size == len(header) else None


def _summed(block: NDArray[np.int16]) -> tuple[list[list[int]], list[bool]]:
    """First sample and checksum of each lead in turn; and whether a lead may be flat or hold an invalid sample."""
    first = block[:, 0]
    # Sums of unsigned 16-bit numbers wrap around just as the checksum does.
    sums = _sum_over_time(block.view(np.uint16))
    # Every flat lead has this sum; another has it once in 65,536 times.
    doubtful = (sums == first.view(np.uint16) * np.uint16(block.shape[1])).any(axis=1)
    if block.min() == INVALID:
        doubtful |= (block == INVALID).any(axis=(1, 2))
    numbers = np.stack((first, sums), axis=2).reshape(len(block), -1)
    return numbers.tolist(), doubtful.tolist()


def _sum_over_time(block: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Sums of `(record, time, lead)` modulo 65,536.

    In steps, because rows of twelve numbers are too short for the processor to add side by side.
    """
    records, samples, leads = block.shape
    flat = block.reshape(records, samples * leads)
    while samples > 1:
        common = math.gcd(samples, 10)
        parts = common if common > 1 else samples
        flat = np.add.reduce(flat.reshape(records, parts, -1), axis=1, dtype=np.uint16)
        samples //= parts
    return flat
