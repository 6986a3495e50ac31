"""Huffman's codes of SCP-ECG: packed bytes in, whole numbers out (EN 1064:2005, 5.5 and annex C).

A code is a prefix of bits, and after some prefixes the number itself; other prefixes switch to another table.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError

__all__ = ["DEFAULT_TABLE", "Code", "Table", "unpack"]

WINDOW = 16
"""Bits that are looked at together: the longest prefix that is read, and the longest number."""

MOST_CODES = 1024


class Code(NamedTuple):
    """One code structure of section 2."""

    prefix_bits: int
    all_bits: int
    """Prefix and the number after it."""
    is_value: int
    """0: switches to the table `value`, counted from 1."""
    value: int
    prefix: int
    """The first bit lowest."""


class Table:
    """One Huffman table: for any next bits, what they mean.

    Args:
        codes: its code structures.
        source: what to call the file in an error.

    Raises:
        FormatError: they are too many or too long, or one begins as another.
    """

    def __init__(self, codes: Sequence[Code], source: str) -> None:
        if not 0 < len(codes) <= MOST_CODES:
            raise FormatError(f"{source}: a Huffman table of {len(codes)} codes.")
        self.codes = list(codes)
        index = np.full(1 << WINDOW, -1, dtype=np.int32)
        for position, code in enumerate(codes):
            extra = code.all_bits - code.prefix_bits
            if not (0 < code.prefix_bits <= WINDOW and 0 <= extra <= WINDOW):
                raise FormatError(f"{source}: a Huffman code of {code.prefix_bits} and {extra} bits.")
            first = _reversed(code.prefix, code.prefix_bits) << (WINDOW - code.prefix_bits)
            span = index[first : first + (1 << (WINDOW - code.prefix_bits))]
            if (span >= 0).any():
                raise FormatError(f"{source}: a Huffman code begins as another does.")
            span[:] = position
        self.index: list[int] = index.tolist()
        """By the next `WINDOW` bits: position in `codes`, -1 for none."""


def unpack(packed: bytes, tables: Sequence[Table], most: int, source: str) -> NDArray[np.int64]:
    """The numbers in a lead's bytes, at most `most` of them; bits left over at the end are padding.

    Raises:
        FormatError: bits mean nothing, or switch to a table that is not there.
    """
    windows = _windows(packed)
    end = 8 * len(packed)
    table = tables[0]
    values: list[int] = []
    at = 0
    while at < end and len(values) < most:
        position = table.index[windows[at]]
        if position < 0:
            if end - at < 8:
                break
            raise FormatError(f"{source}: packed samples that no Huffman code begins with.")
        code = table.codes[position]
        if at + code.all_bits > end:
            break
        extra = code.all_bits - code.prefix_bits
        if not code.is_value:
            if not 0 < code.value <= len(tables):
                raise FormatError(f"{source}: a Huffman code switches to table {code.value} of {len(tables)}.")
            table = tables[code.value - 1]
        elif extra:
            number = windows[at + code.prefix_bits] >> (WINDOW - extra)
            values.append(number - (1 << extra) if number >> (extra - 1) else number)
        else:
            values.append(code.value)
        at += code.all_bits
    return np.array(values, dtype=np.int64)


def _windows(packed: bytes) -> list[int]:
    """The `WINDOW` bits from each bit on; zeros follow the end."""
    padded = np.frombuffer(packed + b"\0\0\0\0", np.uint8).astype(np.uint32)
    starts = padded[:-3] << 16 | padded[1:-2] << 8 | padded[2:-1]
    shifts = np.arange(8, 0, -1, dtype=np.uint32)
    windows: list[int] = (starts[:, np.newaxis] >> shifts & 0xFFFF).reshape(-1).tolist()
    return windows


def _reversed(prefix: int, bits: int) -> int:
    return int(f"{prefix & ((1 << bits) - 1):0{bits}b}"[::-1], 2)


def _default_codes() -> list[Code]:
    """Annex C: 0; then n ones, a zero and the sign for n = 1 ... 8; then 8 and 16 bits as they are."""
    codes = [Code(1, 1, 1, 0, 0)]
    for size in range(1, 9):
        ones = (1 << size) - 1
        codes += [Code(size + 2, size + 2, 1, size, ones), Code(size + 2, size + 2, 1, -size, ones | 1 << size + 1)]
    return [*codes, Code(10, 18, 1, 0, 0b0111111111), Code(10, 26, 1, 0, 0b1111111111)]


DEFAULT_TABLE = Table(_default_codes(), "the default table")
