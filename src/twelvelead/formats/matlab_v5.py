"""Matlab version 5 to 7.2 files: bytes in, variables out (MathWorks, "MAT-File Format", chapter 1, Level 5).

Elements of a type, a length and data, some of them compressed; each is unpacked only up to a bound.
"""

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.limits import LARGEST_UNPACKED

__all__ = ["read_v5"]

HEADER_BYTES = 128
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""Data types of numbers (table 1-1): miINT8 ... miUINT64."""

UTF8, UTF16 = 16, 17
MATRIX, COMPRESSED = 14, 15
CELL, STRUCT, CHAR = 1, 2, 4
NUMERIC_CLASSES = range(6, 16)
"""Array classes (table 1-3): mxDOUBLE_CLASS ... mxUINT64_CLASS."""

DEEPEST = 8
"""Of structs and cells within each other."""

MOST_ELEMENTS = 100_000
"""In a file; each costs some microseconds."""


def read_v5(data: bytes, source: str) -> dict[str, Any]:
    """All variables: numbers as arrays, text as str, a struct as dict, cells as list; others are left out.

    Raises:
        FormatError: the file is truncated, damaged, big-endian, too deep or too large when unpacked.
    """
    if len(data) < HEADER_BYTES or data[126:128] != b"IM":
        raise FormatError(f"{source}: is no Matlab file of version 5 with little-endian numbers.")
    reader = _Reader(source)
    variables: dict[str, Any] = {}
    try:
        for kind, body in reader.elements(memoryview(data)[HEADER_BYTES:]):
            for inner_kind, inner in reader.unpacked(kind, body):
                if inner_kind == MATRIX:
                    name, value = reader.matrix(inner, 0)
                    variables[name or f"unnamed{len(variables)}"] = value
    except (struct.error, ValueError, zlib.error, UnicodeError, IndexError, StopIteration) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{source}: the Matlab file is damaged.") from error
    return {name: value for name, value in variables.items() if value is not None}


@dataclass
class _Reader:
    source: str
    left: int = LARGEST_UNPACKED
    """Bytes that may still be unpacked."""
    count: int = 0

    def elements(self, data: memoryview) -> Iterator[tuple[int, memoryview]]:
        """Type and data of each element."""
        at = 0
        while at + 8 <= len(data):
            self.count += 1
            if self.count > MOST_ELEMENTS:
                raise FormatError(f"{self.source}: more than {MOST_ELEMENTS:,} elements, too many for an ECG.")
            kind, size = struct.unpack_from("<II", data, at)
            if kind >> 16:  # small element: size and type share the first four bytes, the data follow in the next
                kind, size, start, step = kind & 0xFFFF, kind >> 16, at + 4, 8
            else:
                start = at + 8
                # Compressed elements are not padded (page 1-14).
                step = 8 + (size if kind == COMPRESSED else -(-size // 8) * 8)
            if size > len(data) - start or (start == at + 4 and size > 4):
                raise FormatError(f"{self.source}: an element claims {size} bytes, truncated at {len(data) - start}.")
            yield kind, data[start : start + size]
            at += step

    def unpacked(self, kind: int, body: memoryview) -> Iterator[tuple[int, memoryview]]:
        """The element itself, or those in a compressed one."""
        if kind != COMPRESSED:
            yield kind, body
            return
        inflater = zlib.decompressobj()
        content = inflater.decompress(body, self.left + 1)
        self.left -= len(content)
        if self.left < 0:
            raise FormatError(f"{self.source}: unpacks to more than {LARGEST_UNPACKED:,} bytes.")
        yield from self.elements(memoryview(content))

    def matrix(self, body: memoryview, depth: int) -> tuple[str, Any]:
        """Name and value of an array."""
        if depth > DEEPEST:
            raise FormatError(f"{self.source}: structs more than {DEEPEST} deep, too many for an ECG.")
        if not len(body):
            return "", None
        parts = self.elements(body)
        flags = struct.unpack_from("<I", next(parts)[1])[0]
        class_ = flags & 0xFF
        shape = tuple(np.frombuffer(next(parts)[1], "<i4").tolist())
        name = bytes(next(parts)[1]).decode("latin-1")
        if len(shape) < 2 or min(shape) < 0:
            raise FormatError(f"{self.source}: an array with the dimensions {shape[:10]}.")
        if class_ == STRUCT:
            return name, self._struct(parts, shape, depth)
        if class_ == CELL:
            return name, [self.matrix(part, depth + 1)[1] for kind, part in parts if kind == MATRIX]
        if class_ == CHAR:
            return name, _text(*next(parts))
        if class_ in NUMERIC_CLASSES:
            return name, self._numbers(next(parts), shape)
        return name, None

    def _struct(self, parts: Iterator[tuple[int, memoryview]], shape: tuple[int, ...], depth: int) -> Any:
        length = int.from_bytes(next(parts)[1][:4], "little")
        raw = bytes(next(parts)[1])
        if not 0 < length <= 64 or math.prod(shape) != 1:
            return None
        names = [raw[i : i + length].split(b"\0")[0].decode("latin-1") for i in range(0, len(raw), length)]
        return {name: self.matrix(part, depth + 1)[1] for name, (kind, part) in zip(names, parts) if kind == MATRIX}

    def _numbers(self, part: tuple[int, memoryview], shape: tuple[int, ...]) -> NDArray[Any]:
        kind, body = part
        if kind not in NUMBERS:
            raise FormatError(f"{self.source}: an array of numbers of the unknown type {kind}.")
        values = np.frombuffer(body, "<" + NUMBERS[kind])
        if values.size != math.prod(shape):
            raise FormatError(f"{self.source}: an array claims {math.prod(shape)} values and has {values.size}.")
        return values.reshape(shape, order="F")


def _text(kind: int, body: memoryview) -> str:
    """Of the first row; Matlab pads rows of text to one length."""
    encoding = {UTF8: "utf-8", UTF16: "utf-16-le", 4: "utf-16-le"}.get(kind, "latin-1")
    return bytes(body[:100_000]).decode(encoding, "replace")
