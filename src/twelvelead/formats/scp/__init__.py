"""SCP-ECG (EN 1064, ISO 11073-91064; versions 1 to 2.x): bytes in, `Recording` out.

Own code because the one maintained library refuses real files and data that are stored in two rates. The sections'
layout is in `sections.py`, Huffman's codes in `huffman.py`, putting the ECG together in `rebuild.py`.
"""

from pathlib import Path

from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.recording import Recording, make_recording
from twelvelead.formats.scp.rebuild import rebuild
from twelvelead.formats.scp.sections import looks_like_scp, parse_record

__all__ = ["FORMAT", "read_scp"]

LARGEST_SCP = 16 * 2**20
"""Bytes: more than the 85 leads of the standard with 65,535 bytes each, twice."""


def read_scp(source: Source, hints: Hints) -> Recording:
    """Read an SCP-ECG record.

    Raises:
        FormatError: it is damaged, has no rhythm data, or is packed in an unknown way.
    """
    record = parse_record(source.content(LARGEST_SCP), source.name)
    signal_nv, rate_hz, notes = rebuild(record, source.name)
    names = [lead.name for lead in record.leads]
    return make_recording(signal_nv * 1e-6, rate_hz, names, source.name, notes=[*record.notes, *notes], units=["nV"])


def _sniff(head: bytes, path: Path | None) -> bool:
    return looks_like_scp(head)


FORMAT = Format(
    name="SCP-ECG",
    suffixes=(".scp", ".ecg"),
    sniff=_sniff,
    read=read_scp,
    description="rhythm data, plain or by Huffman's codes, differences, reference beats subtracted, two sampling rates",
)
