"""SCP-ECG's sections 0 and 2 to 6: bytes in, what they state out (EN 1064:2005, 5.3 and 5.5 to 5.9).

Numbers are little-endian; samples are counted from 1. What a section claims is held against its bytes.
"""

import binascii
import struct
from collections.abc import Iterator

from twelvelead.errors import FormatError
from twelvelead.formats.scp.huffman import DEFAULT_TABLE, Code, Table
from twelvelead.formats.scp.record import Beat, Lead, Record, Samples

__all__ = ["looks_like_scp", "parse_record"]

SECTION_0_AT = 6
"""After the record's checksum (2 bytes) and length (4)."""

HEADER = struct.Struct("<HHIBB6s")
"""Of each section: checksum, number, length with this header, two versions, reserved (5.2.7)."""

POINTER = struct.Struct("<HII")
"""Section number, length, place counted from 1 (5.3.3)."""

LEAD = struct.Struct("<IIB")
BEAT = struct.Struct("<HIII")
ZONE = struct.Struct("<II")
CODE = struct.Struct("<BBBhI")

DEFAULT_TABLES = 19_999
"""In place of the number of tables: the standard's own (5.5.3)."""

NOT_MADE = (0, 0xFFFF)
"""Checksums of writers that make none."""

TENTH_US = 100_000

MOST_LEADS = 85
"""Table 6 of the standard has codes up to 85."""

LEAD_NAMES = {
    **dict(enumerate(("I", "II", "V1", "V2", "V3", "V4", "V5", "V6", "V7"), start=1)),
    **dict(enumerate(("V2R", "V3R", "V4R", "V5R", "V6R", "V7R", "X", "Y", "Z"), start=10)),
    **dict(enumerate(("III", "aVR", "aVL", "aVF", "-aVR", "V8", "V9", "V8R", "V9R", "D", "A", "J"), start=61)),
}
"""5.6.3, lead identification; others are named by their number."""


def looks_like_scp(head: bytes) -> bool:
    """Whether bytes begin with a record's length and a pointer section that points at itself."""
    if len(head) < SECTION_0_AT + HEADER.size + POINTER.size:
        return False
    _, number, length, _, _, mark = HEADER.unpack_from(head, SECTION_0_AT)
    first = POINTER.unpack_from(head, SECTION_0_AT + HEADER.size)
    return number == 0 and (mark == b"SCPECG" or first == (0, length, SECTION_0_AT + 1))


def parse_record(data: bytes, source: str) -> Record:
    """The parts of a record that its signal is made from.

    Raises:
        FormatError: a part is missing, truncated, damaged or contradicts another.
    """
    try:
        return _Parser(data, source).record()
    except (struct.error, IndexError) as error:
        raise FormatError(f"{source}: the SCP-ECG record is truncated.") from error


class _Parser:
    def __init__(self, data: bytes, source: str) -> None:
        self._data = data
        self._source = source
        self._notes: list[str] = []
        self._sections = self._find_sections()

    def record(self) -> Record:
        for number, what in ((3, "lead definitions"), (6, "rhythm data")):
            if number not in self._sections:
                raise FormatError(f"{self._source}: an SCP-ECG record without {what} (section {number}).")
        leads, subtracted = self._leads()
        rhythm = self._samples(6, len(leads))
        leads = self._counted_from_one(leads, rhythm.interval_us)
        record = Record(leads, rhythm, subtracted, self._tables(), notes=self._notes)
        if 5 in self._sections and len(self._sections[5]) > 6:
            record.reference = self._samples(5, len(leads))
        if 4 in self._sections and len(self._sections[4]) >= 6:
            self._beats(record)
        return record

    def _find_sections(self) -> dict[int, bytes]:
        """Content of each section that is there, by number."""
        data, source = self._data, self._source
        stored, length = struct.unpack_from("<HI", data)
        if length > len(data):
            raise FormatError(f"{source}: claims {length} bytes, truncated at {len(data)}.")
        if not looks_like_scp(data):
            raise FormatError(f"{source}: is no SCP-ECG record.")
        self._check_sum(stored, data[2 : length or None], "the record")
        sections = {}
        for number, size, place in self._pointers():
            if size <= HEADER.size or not place or not 2 <= number <= 6:
                continue
            section = data[place - 1 : place - 1 + size]
            if len(section) < size:
                raise FormatError(f"{source}: section {number} claims {size} bytes at {place - 1}, truncated.")
            stored, stated, stated_size = HEADER.unpack_from(section)[:3]
            if (stated, stated_size) != (number, size):
                raise FormatError(f"{source}: where section {number} should be, there is another.")
            self._check_sum(stored, section[2:], f"section {number}")
            sections[number] = section[HEADER.size :]
        return sections

    def _pointers(self) -> Iterator[tuple[int, int, int]]:
        length = HEADER.unpack_from(self._data, SECTION_0_AT)[2]
        end = min(SECTION_0_AT + length, len(self._data))
        for at in range(SECTION_0_AT + HEADER.size, end - POINTER.size + 1, POINTER.size):
            yield POINTER.unpack_from(self._data, at)

    def _check_sum(self, stored: int, content: bytes, what: str) -> None:
        """CRC-CCITT that starts with ones (5.2.7)."""
        found = binascii.crc_hqx(content, 0xFFFF)
        if stored == found:
            return
        if stored not in NOT_MADE:
            raise FormatError(f"{self._source}: the checksum of {what} is {found}, not {stored} as it says.")
        self._notes.append(f"{what} has no checksum")

    def _tables(self) -> list[Table] | None:
        """Section 2; without it samples are plain."""
        body = self._sections.get(2, b"")
        count = int.from_bytes(body[:2], "little")
        if count == DEFAULT_TABLES:
            return [DEFAULT_TABLE]
        if not count:
            return None
        if count > 255:
            raise FormatError(f"{self._source}: {count} Huffman tables.")
        tables, at = [], 2
        for _ in range(count):
            size = struct.unpack_from("<H", body, at)[0]
            at += 2
            codes = [Code(*CODE.unpack_from(body, at + i * CODE.size)) for i in range(size)]
            tables.append(Table(codes, self._source))
            at += size * CODE.size
        return tables

    def _leads(self) -> tuple[list[Lead], bool]:
        body = self._sections[3]
        count, flags = body[0], body[1]
        if not 0 < count <= MOST_LEADS:
            raise FormatError(f"{self._source}: {count} leads; allowed are 1 to {MOST_LEADS}.")
        leads = []
        for position in range(count):
            first, last, number = LEAD.unpack_from(body, 2 + position * LEAD.size)
            if last < first:
                raise FormatError(f"{self._source}: lead {number} reaches from sample {first} to {last}.")
            leads.append(Lead(LEAD_NAMES.get(number, f"lead {number}"), first, last))
        return leads, bool(flags & 1)

    def _counted_from_one(self, leads: list[Lead], interval_us: int) -> list[Lead]:
        """Undo the count of writers that begin with 0, whose last number is that of a sample, or the number of samples.

        The data cannot tell: bits that pad them read as one more sample. A duration of whole tenths of a second does.
        """
        if min(lead.first for lead in leads):
            return leads
        last = max(lead.last for lead in leads)
        counts = last * interval_us % TENTH_US == 0 and (last + 1) * interval_us % TENTH_US != 0
        if counts and min(lead.last - lead.first for lead in leads) < 1:
            raise FormatError(f"{self._source}: a lead reaches from sample 0 to 0.")
        self._notes.append(f"samples are counted from 0, taken as {last if counts else last + 1} of them")
        return [Lead(lead.name, lead.first + 1, lead.last + (0 if counts else 1)) for lead in leads]

    def _samples(self, number: int, leads: int) -> Samples:
        body = self._sections[number]
        step_nv, interval_us, differences, two_rates = struct.unpack_from("<HHBB", body)
        if not step_nv or not interval_us or differences > 2:
            raise FormatError(
                f"{self._source}: section {number} states {step_nv} nV a step, {interval_us} µs a sample and "
                f"{differences} differences."
            )
        sizes = struct.unpack_from(f"<{leads}H", body, 6)
        at, packed = 6 + 2 * leads, []
        for size in sizes:
            if at + size > len(body):
                raise FormatError(f"{self._source}: a lead of section {number} claims {size} bytes, truncated.")
            packed.append(body[at : at + size])
            at += size
        return Samples(step_nv, interval_us, differences, number == 6 and two_rates == 1, tuple(packed))

    def _beats(self, record: Record) -> None:
        body = self._sections[4]
        record.reference_ms, record.reference_fiducial, count = struct.unpack_from("<HHH", body)
        beats = [BEAT.unpack_from(body, 6 + i * BEAT.size) for i in range(count)]
        at = 6 + count * BEAT.size
        zones: list[tuple[int, int] | None] = [None] * count
        if at + count * ZONE.size <= len(body):
            zones = [ZONE.unpack_from(body, at + i * ZONE.size) for i in range(count)]
        record.beats = [
            Beat(kind, first, fiducial, last, zone) for (kind, first, fiducial, last), zone in zip(beats, zones)
        ]
