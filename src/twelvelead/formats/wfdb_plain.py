"""The usual shape of a WFDB record, read without the `wfdb` package: one file of format 16, each line complete.

`wfdb` takes some 4 ms for a record of ten seconds, nearly all of it for the header; this takes 0.1 ms. Whatever differs
from that shape, or contradicts itself, is left to `wfdb`, whose errors a user then reads.
"""

import re
import stat
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twelvelead.formats.limits import MOST_LEADS, MOST_VALUES

__all__ = ["PlainRecord", "read_plain"]

LONGEST_PLAIN_HEADER = 65_536
"""Bytes."""

INVALID = -32768
"""Format 16's mark for "no valid sample" (WFDB header(5))."""

_RECORD = re.compile(rb"[-\w]+ (\d{1,3}) (\d{1,6}(?:\.\d{1,6})?) (\d{1,9})[ \t]*\r?\n")
_SIGNAL = re.compile(
    rb"([-\w]+\.?\w*) 16 (\d{1,7}(?:\.\d{1,9})?)(?:\((-?\d{1,6})\))?/([A-Za-z]{1,4}) \d{1,2} (-?\d{1,6}) (-?\d{1,6}) "
    rb"(-?\d{1,6}) 0 (\w+)[ \t]*(?:\r?\n|\Z)"
)
# Blank lines and comments, each line in one way only: a hostile file must not make the search long.
_REST = re.compile(rb"(?:[ \t]*(?:#[^\r\n\v\f\x1c-\x1e]*)?\r?\n)*+[ \t]*(?:#[^\r\n\v\f\x1c-\x1e]*)?\Z")


class PlainRecord(NamedTuple):
    """What such a record holds."""

    signal: NDArray[np.float64]
    """`(time, lead)` in `units`; NaN where a sample is marked as invalid."""
    rate_hz: float
    leads: tuple[str, ...]
    units: tuple[str, ...]
    file: str
    """The signal file's name."""


class _Lead(NamedTuple):
    file: bytes
    gain: float
    baseline: int
    unit: str
    first: int
    checksum: int
    name: str


def read_plain(header: Path) -> PlainRecord | None:
    """The record of a header, or None where it is not of the usual shape (which is no error).

    Args:
        header: the `.hea` file.
    """
    try:
        content = _content(header)
        claim = _RECORD.match(content) if content is not None else None
        if content is None or claim is None:
            return None
        leads = _leads(content, claim.end(), int(claim[1]))
        if not leads:
            return None
        name = leads[0].file.decode()
        digits = _samples(header.with_name(name), int(claim[3]), leads)
    except OSError:
        return None
    if digits is None:
        return None
    signal = (digits - np.array([float(lead.baseline) for lead in leads])) / [lead.gain for lead in leads]
    signal[digits == INVALID] = np.nan
    return PlainRecord(signal, float(claim[2]), tuple(x.name for x in leads), tuple(x.unit for x in leads), name)


def _content(header: Path) -> bytes | None:
    status = header.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > LONGEST_PLAIN_HEADER:
        return None
    return header.read_bytes()


def _leads(content: bytes, position: int, count: int) -> list[_Lead] | None:
    """The signal lines; None unless there are `count` of them, all of one file, and nothing but comments behind."""
    if not 0 < count <= MOST_LEADS:
        return None
    found = []
    for _ in range(count):
        line = _SIGNAL.match(content, position)
        if line is None:
            return None
        file, gain, baseline, unit, zero, first, checksum, name = line.groups()
        level = int(zero if baseline is None else baseline)
        found.append(_Lead(file, float(gain), level, unit.decode(), int(first), int(checksum) % 65536, name.decode()))
        position = line.end()
    usual = len({lead.file for lead in found}) == 1 and all(lead.gain > 0 for lead in found)
    return found if usual and _REST.match(content, position) else None


def _samples(path: Path, samples: int, leads: list[_Lead]) -> NDArray[np.int16] | None:
    """`(time, lead)` numbers of the file; None unless it has exactly so many, and they fit the header."""
    status = path.stat()
    values = samples * len(leads)
    if not stat.S_ISREG(status.st_mode) or status.st_size != 2 * values or not 0 < values <= MOST_VALUES:
        return None
    digits = np.fromfile(path, dtype="<i2")
    if digits.size != values:
        return None
    digits = digits.reshape(samples, len(leads))
    sums = digits.sum(axis=0, dtype=np.int64) % 65536
    fits = sums.tolist() == [lead.checksum for lead in leads]
    return digits if fits and digits[0].tolist() == [lead.first for lead in leads] else None
