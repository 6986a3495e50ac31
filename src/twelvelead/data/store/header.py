"""The one shape of WFDB header that PTB-XL has, recognised whole; anything else is left to `wfdb`.

`match_plain_header` accepts a header only if it states format 16, 1,000 units per mV, baseline 0 and the
twelve leads in one file, so that the bytes of that file are the store's own numbers. `HeaderTemplate` goes the other
way: it writes the header that a record must have, from its samples, which is quicker than reading the one it has.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from twelvelead.leads import LEADS, canonical_lead

__all__ = ["HeaderTemplate", "PlainHeader", "match_plain_header"]

_RECORD_LINE = rb"[-\w]+ 12 (\d{1,9})(?:\.0+)? (\d{1,9})[ \t]*\r?\n"
_SIGNAL_LINE = rb"([-\w]+\.?\w*) 16 1000(?:\.0+)?(?:\(0\))?/mV 16 0 (-?\d{1,6}) (-?\d{1,6}) 0 (\w+)[ \t]*(?:\r?\n|\Z)"
# Blank lines and comments, each line in one way only: a hostile file must not make the search long.
_REST = rb"(?:[ \t]*(?:#[^\r\n\v\f\x1c-\x1e]*)?\r?\n)*+[ \t]*(?:#[^\r\n\v\f\x1c-\x1e]*)?\Z"
_PLAIN = re.compile(_RECORD_LINE + _SIGNAL_LINE * 12 + _REST)
_FILES, _INITIAL, _CHECKSUM, _NAMES = (slice(start, None, 4) for start in (2, 3, 4, 5))


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
    if fields[_FILES].count(data_file) != len(LEADS):
        return None
    names = fields[_NAMES]
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
        initial=list(map(int, fields[_INITIAL])),
        checksum=[int(value) & 0xFFFF for value in fields[_CHECKSUM]],
        order=_leads_seen[names],
    )


@dataclass(frozen=True)
class HeaderTemplate:
    """A plain header with room for what differs from record to record: the record's name and the 24 numbers."""

    plain: PlainHeader
    """The header that it was made from."""
    text: bytes
    """With NUL for the record's name, and `%d` for first sample and checksum of each lead in turn."""

    @classmethod
    def of(cls, header: bytes, record: bytes) -> "HeaderTemplate | None":
        """The template of a plain header; None if its signal file is not called after the `record`.

        What it writes for the same record and numbers is the same header.
        """
        plain, match = match_plain_header(header), _PLAIN.match(header)
        if plain is None or match is None or b"\0" in header:
            return None
        places = [(0, len(record), b"\0")]
        for group in range(3, 3 + 4 * len(LEADS), 4):
            begin = match.start(group)
            places.append((begin, begin + len(record), b"\0"))
            places += [(*match.span(number), b"%d") for number in (group + 1, group + 2)]
        pieces, position = [], 0
        for begin, end, instead in places:
            pieces += [header[position:begin].replace(b"%", b"%%"), instead]
            position = end
        template = cls(plain, b"".join([*pieces, header[position:].replace(b"%", b"%%")]))
        numbers = [number for pair in zip(plain.initial, plain.checksum) for number in pair]
        return template if template.written(record, numbers) == header else None

    def written(self, record: bytes, numbers: list[int]) -> bytes:
        """The header of a record with these numbers: first sample and checksum of each lead in turn."""
        return (self.text % tuple(numbers)).replace(b"\0", record)
