"""Damage to files: bytes changed, cut, put in, numbers replaced by hostile ones; and checksums made right again."""

import binascii
import re
import struct
from typing import NamedTuple

from hypothesis import strategies as st

from formats.writers import scp

HOSTILE = [
    b"\0" * 4,
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"\0\0\0\x80",
    b"\x01\0\0\0",
    b"\xff" * 8,
    b"\0" * 8,
    b"\x7f" * 2,
]
HOSTILE_TEXT = [b"-1", b"0", b"99999999999999999999", b"1e308", b"nan", b"inf", b"-0", b"", b"1e-300", b"0x10", b"\xff"]


class Change(NamedTuple):
    """One change; what it does where is up to `damage`."""

    kind: int
    place: float
    length: int
    new: bytes


changes = st.lists(
    st.builds(
        Change,
        st.integers(0, 5),
        st.floats(0, 1) | st.floats(0, 0.03) | st.floats(0, 0.003),
        st.integers(0, 40),
        st.sampled_from(HOSTILE) | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=4,
)


def damage(content: bytes, made: list[Change]) -> bytes:
    """Apply changes one after the other."""
    for change in made:
        at = int(change.place * max(len(content) - 1, 0))
        if change.kind == 0:
            content = content[:at] + change.new + content[at + len(change.new) :]
        elif change.kind == 1:
            content = content[:at] + change.new + content[at:]
        elif change.kind == 2:
            content = content[:at] + content[at + change.length :]
        elif change.kind == 3:
            content = content[:at]
        elif change.kind == 4:
            flipped = bytes([content[at] ^ (1 << change.length % 8)]) if content else b""
            content = content[:at] + flipped + content[at + 1 :]
        else:
            content = _other_number(content, at, HOSTILE_TEXT[change.length % len(HOSTILE_TEXT)])
    return content


def sealed(record: bytes) -> bytes:
    """An SCP-ECG record with all checksums right, as far as its sections can be found."""
    changed = bytearray(record)
    for place in range(22, min(142, len(changed) - 10), 10):
        _, size, at = struct.unpack_from("<HII", changed, place)
        if at > 0 and size > 2 and at - 1 + size <= len(changed):
            struct.pack_into("<H", changed, at - 1, binascii.crc_hqx(bytes(changed[at + 1 : at - 1 + size]), 0xFFFF))
    return scp.seal(bytes(changed)) if len(changed) > 6 else record


def _other_number(content: bytes, at: int, new: bytes) -> bytes:
    found = re.search(rb"\d+(\.\d+)?", content[at : at + 2000])
    if not found:
        return content
    return content[: at + found.start()] + new + content[at + found.end() :]
