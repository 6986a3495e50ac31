"""Matlab version 4 files: bytes in, variables out (MathWorks, "MAT-File Format", chapter 2, Level 4).

A header of five 32-bit numbers, the variable's name, the numbers by column; and again.
"""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError

__all__ = ["looks_like_v4", "read_v4"]

HEADER = struct.Struct("<5i")
"""MOPT, rows, columns, imaginary, length of the name with its NUL."""

PRECISIONS = ("<f8", "<f4", "<i4", "<i2", "<u2", "u1")
"""By the digit P of MOPT."""

NUMERIC, TEXT = 0, 1
"""By the digit T of MOPT; 2 is sparse."""

LONGEST_NAME = 64
"""Bytes; Matlab's own limit for a name is 63."""

MOST_VARIABLES = 1000


def looks_like_v4(data: bytes) -> bool:
    """Whether bytes begin with a version 4 header of little-endian numbers or text."""
    if len(data) < HEADER.size + 2:
        return False
    kind, rows, columns, imaginary, length = HEADER.unpack_from(data)
    known = 0 <= kind < 60 and kind % 10 <= TEXT and kind // 10 < len(PRECISIONS)
    sizes = rows > 0 and columns > 0 and imaginary in (0, 1) and 1 < length <= LONGEST_NAME
    name = data[HEADER.size : HEADER.size + length]
    return known and sizes and name.endswith(b"\0"[: len(name) == length]) and name[:1].isalpha()


def read_v4(data: bytes, source: str) -> dict[str, Any]:
    """All variables: numbers as arrays, text as str.

    Raises:
        FormatError: a header makes no sense, or claims more than is there.
    """
    variables: dict[str, Any] = {}
    at = 0
    while at < len(data) and len(variables) < MOST_VARIABLES:
        if not looks_like_v4(data[at : at + HEADER.size + LONGEST_NAME]):
            raise FormatError(f"{source}: no Matlab variable at byte {at}.")
        kind, rows, columns, imaginary, length = HEADER.unpack_from(data, at)
        name = data[at + HEADER.size : at + HEADER.size + length].rstrip(b"\0").decode("latin-1")
        at += HEADER.size + length
        dtype = np.dtype(PRECISIONS[kind // 10])
        size = rows * columns * dtype.itemsize
        if size > len(data) - at:
            raise FormatError(
                f"{source}: {name} claims {rows} x {columns} values, truncated at {len(data) - at} bytes."
            )
        array = np.frombuffer(data, dtype, rows * columns, at).reshape((rows, columns), order="F")
        variables[name] = _text(array) if kind % 10 == TEXT else array
        at += size * (2 if imaginary else 1)
    return variables


def _text(array: NDArray[Any]) -> str:
    codes = np.clip(np.nan_to_num(array[0][:10_000].astype(np.float64)), 0, 0xD7FF).astype(int)
    return "".join(map(chr, codes))
