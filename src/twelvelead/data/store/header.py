"""The one shape of WFDB header that PTB-XL has, recognised whole; anything else is left to `wfdb`.

`match_plain_header` accepts a header only if it states format 16, 1,000 units per mV, baseline 0 and the
twelve leads in one file, so that the bytes of that file are the store's own numbers. It takes about 10 µs where
`wfdb.rdheader` takes about 1.5 ms.
"""

import re
from typing import NamedTuple

from twelvelead.leads import LEADS, canonical_lead

__all__ = ["PlainHeader", "match_plain_header"]

_RECORD_LINE = rb"[-\w]+ 12 (\d{1,9})(?:\.0+)? (\d{1,9})[ \t]*\r?\n"
_SIGNAL_LINE = rb"([-\w]+\.?\w*) 16 1000(?:\.0+)?(?:\(0\))?/mV 16 0 (-?\d{1,6}) (-?\d{1,6}) 0 (\w+)[ \t]*(?:\r?\n|\Z)"
# Blank lines and comments, each line in one way only: a hostile file must not make the search long.
_REST = rb"(?:[ \t]*(?:#[^\r\n\v\f\x1c-\x1e]*)?\r?\n)*+[ \t]*(?:#[^\r\n\v\f\x1c-\x1e]*)?\Z"
_PLAIN = re.compile(_RECORD_LINE + _SIGNAL_LINE * 12 + _REST)


class PlainHeader(NamedTuple):
    """What a plain header says; leads and their numbers in the file's order."""

    rate_hz: int
    samples: int
    data_file: str
    initial: list[int]
    """First sample of each lead, units."""
    checksum: list[int]
    """Sum of each lead's samples modulo 65,536."""
    order: list[int] | None
    """Positions of `LEADS` in the file, or None where the file has them in that order."""


_leads_seen: dict[tuple[bytes, ...], list[int] | None] = {}


def match_plain_header(header: bytes) -> PlainHeader | None:
    """The header's content if it is of the plain shape, else None (which is no error)."""
    match = _PLAIN.match(header)
    if match is None:
        return None
    fields = match.groups()
    data_file = fields[2]
    if fields[2::4].count(data_file) != len(LEADS):
        return None
    names = fields[5::4]
    if names not in _leads_seen:
        found = [canonical_lead(name.decode()) for name in names]
        if sorted(map(str, found)) != sorted(LEADS):
            return None
        order = [found.index(lead) for lead in LEADS]
        _leads_seen[names] = None if order == list(range(len(LEADS))) else order
    return PlainHeader(
        rate_hz=int(fields[0]),
        samples=int(fields[1]),
        data_file=data_file.decode(),
        initial=list(map(int, fields[3::4])),
        checksum=[int(value) & 0xFFFF for value in fields[4::4]],
        order=_leads_seen[names],
    )
