"""Philips' XLI packing: bytes in, whole numbers out.

A chunk for each lead: 32-bit length, 16 bits unused, a 16-bit start; then LZW of 10-bit codes. What unpacks are second
differences, all high bytes before all low bytes.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError

__all__ = ["unpack_xli"]

CHUNK = struct.Struct("<iHh")
CODE_BITS = 10
END_CODE = (1 << CODE_BITS) - 1
"""The highest code ends the data; the table never reaches it."""

LITERALS = 256
SURPLUS = 1000
"""Samples a lead may have beyond the stated ones, which are left out."""

BIAS = 64
"""Added to each difference by the packer."""


def unpack_xli(data: bytes, leads: int, samples: int, source: str) -> NDArray[np.int64]:
    """`(time, lead)` of each lead's chunk.

    Raises:
        FormatError: chunks are missing, truncated, damaged, or of another length than stated.
    """
    units = np.empty((samples, leads), dtype=np.int64)
    at = 0
    for lead in range(leads):
        if at + CHUNK.size > len(data):
            raise FormatError(f"{source}: packed samples of {lead} leads where {leads} are stated.")
        size, _, start = CHUNK.unpack_from(data, at)
        at += CHUNK.size
        if not 0 < size <= len(data) - at:
            raise FormatError(f"{source}: a lead's packed samples claim {size} bytes, truncated at {len(data) - at}.")
        content = _lzw(data[at : at + size], 2 * (samples + SURPLUS), source)
        at += size
        if len(content) // 2 < samples:
            raise FormatError(f"{source}: a lead unpacks to {len(content) // 2} samples; {samples} are stated.")
        units[:, lead] = _integrate(_join(content), start)[:samples]
    return units


def _lzw(data: bytes, most: int, source: str) -> bytes:
    """Unpack codes of ten bits, most significant first.

    Raises:
        FormatError: more than `most` bytes come out, or a code means nothing.
    """
    # Every code gives at least one byte.
    if len(data) > most * CODE_BITS // 8 + CODE_BITS:
        raise FormatError(f"{source}: a lead unpacks to more samples than are stated.")
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    codes = bits[: len(bits) // CODE_BITS * CODE_BITS].reshape(-1, CODE_BITS) @ (1 << np.arange(CODE_BITS)[::-1])
    table = [bytes([i]) for i in range(LITERALS)]
    out = bytearray()
    previous = b""
    for code in codes.tolist():
        if code == END_CODE:
            break
        if code < len(table):
            entry = table[code]
        elif code == len(table) and previous:
            entry = previous + previous[:1]
        else:
            raise FormatError(f"{source}: a lead's packed samples are damaged.")
        if previous and len(table) < END_CODE:
            table.append(previous + entry[:1])
        out += entry
        previous = entry
        if len(out) > most:
            raise FormatError(f"{source}: a lead unpacks to more samples than are stated.")
    return bytes(out)


def _join(content: bytes) -> NDArray[np.int16]:
    """The first half has the high bytes, the second the low ones."""
    content += b"\0" * (len(content) % 2)
    half = len(content) // 2
    pairs = np.frombuffer(content, np.uint8).reshape(2, half)
    joined: NDArray[np.int16] = (pairs[0].astype(np.uint16) << 8 | pairs[1]).astype(np.int16)
    return joined


def _integrate(differences: NDArray[np.int16], start: int) -> NDArray[np.int64]:
    """Sum up twice; the first two numbers are samples themselves. Arithmetic is that of 16 bits."""
    steps = differences.astype(np.int64)
    if len(steps) < 3:
        return steps
    bend = np.empty(len(steps) - 2, dtype=np.int64)
    bend[0] = start
    bend[1:] = steps[2:-1] - BIAS
    slope = steps[1] - steps[0] - np.cumsum(bend)
    whole = np.concatenate([steps[:2], steps[1] + np.cumsum(slope)])
    return ((whole + 0x8000) & 0xFFFF) - 0x8000
