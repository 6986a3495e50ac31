"""From a record's packed samples to its ECG: unpack, integrate, stretch, add reference beats (EN 1064, annex C)."""

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.limits import check_rate
from twelvelead.formats.scp.huffman import unpack
from twelvelead.formats.scp.record import Beat, Lead, Record, Samples

__all__ = ["rebuild"]

FULL_BYTES = 0xFFFE
"""Of a lead that has as many plain samples as its 16-bit size allows; writers state the length from before that cut."""

MOST_UNPACKED = 2**22
"""Samples times leads: eleven minutes of 12 leads at 500 Hz; a lead's 65,535 bytes hold about five."""


def rebuild(record: Record, source: str) -> tuple[NDArray[np.float64], float, list[str]]:
    """The ECG of a record.

    Returns:
        `(time, lead)` nanovolts, NaN where a lead has no samples; samples per second; notes.

    Raises:
        FormatError: packed samples are missing or damaged, or what they are made from is missing.
    """
    rhythm, reference, notes = record.rhythm, record.reference, []
    first = min(lead.first for lead in record.leads)
    length = max(lead.last for lead in record.leads) - first + 1
    if length * len(record.leads) > MOST_UNPACKED:
        raise FormatError(f"{source}: {length} samples of {len(record.leads)} leads are more than SCP-ECG can hold.")
    factor = _decimation(record, source)
    signal_nv = np.full((length, len(record.leads)), np.nan)
    for column, lead in enumerate(record.leads):
        zones = _zones(record.beats, lead) if rhythm.two_rates else []
        values = _stretched(record, column, lead, factor, zones, source)
        offset = lead.first - first
        signal_nv[offset : offset + len(values), column] = values * rhythm.step_nv
    have = len(signal_nv) - int(np.argmin(np.isnan(signal_nv[::-1]).all(axis=1)))
    if have < length:
        signal_nv = signal_nv[:have]
        notes.append(f"the file states {length} samples and has room for {have}")
    if record.subtracted and record.beats:
        _add_reference_beats(signal_nv, record, first, source)
        notes.append("reference beats added back")
    if factor > 1:
        notes.append(f"stored at 1/{factor} of the rate between the heart beats, interpolated")
    interval_us = reference.interval_us if reference is not None and factor > 1 else rhythm.interval_us
    return signal_nv, check_rate(1e6 / interval_us, source), notes


def _decimation(record: Record, source: str) -> int:
    """How many times slower than the reference beat the rhythm is sampled, where it may be."""
    rhythm, reference = record.rhythm, record.reference
    if not (rhythm.two_rates or record.subtracted):
        return 1
    if reference is None:
        if rhythm.two_rates:
            raise FormatError(
                f"{source}: the rhythm is stored at two rates, but no reference beat says the higher one."
            )
        return 1
    factor, rest = divmod(rhythm.interval_us, reference.interval_us)
    if rest or not 0 < factor <= 16:
        raise FormatError(
            f"{source}: samples of {rhythm.interval_us} µs in the rhythm, of {reference.interval_us} in its beat."
        )
    return factor


def _numbers(record: Record, samples: Samples, column: int, most: int, source: str) -> NDArray[np.int64]:
    """A lead's samples as stored, differences undone."""
    packed = samples.packed[column]
    if record.tables is None:
        values = np.frombuffer(packed[: len(packed) // 2 * 2], "<i2")[:most].astype(np.int64)
    else:
        values = unpack(packed, record.tables, most, source)
    if samples.differences == 1:
        return np.cumsum(values)
    if samples.differences == 2 and len(values) > 1:
        # The first two numbers are samples themselves.
        slope = np.concatenate([values[:1], [values[1] - values[0]], values[2:]])
        slope[1:] = np.cumsum(slope[1:])
        return np.cumsum(slope)
    return values


def _stretched(
    record: Record, column: int, lead: Lead, factor: int, zones: list[tuple[int, int]], source: str
) -> NDArray[np.float64]:
    """A lead's samples at the full rate."""
    pieces = _pieces(lead, zones)
    stored = [(size if full else size // factor + size % factor) for full, size in pieces]
    values = _numbers(record, record.rhythm, column, sum(stored), source).astype(np.float64)
    missing = sum(stored) - len(values)
    if missing and not (record.tables is None and factor == 1 and len(record.rhythm.packed[column]) >= FULL_BYTES):
        raise FormatError(f"{source}: lead {lead.name} states {lead.length} samples and lacks {missing} of them.")
    if factor == 1:
        return values
    out, at = [], 0
    for (full, size), count in zip(pieces, stored):
        part = values[at : at + count]
        out.append(part if full else _interpolated(part, size, factor))
        at += count
    return np.concatenate(out)


def _zones(beats: list[Beat], lead: Lead) -> list[tuple[int, int]]:
    """Protected zones within a lead, in order."""
    found = (beat.protected for beat in beats if beat.protected is not None)
    inside = ((max(first, lead.first), min(last, lead.last)) for first, last in found)
    return sorted(zone for zone in inside if zone[0] <= zone[1])


def _pieces(lead: Lead, zones: list[tuple[int, int]]) -> list[tuple[bool, int]]:
    """A lead's length, cut into zones of the full rate (True) and what is between."""
    pieces, next_ = [], lead.first
    for first, last in zones:
        first = max(first, next_)
        if first > next_:
            pieces.append((False, first - next_))
        if last >= first:
            pieces.append((True, last - first + 1))
            next_ = last + 1
    if next_ <= lead.last:
        pieces.append((False, lead.last - next_ + 1))
    return pieces


def _interpolated(values: NDArray[np.float64], size: int, factor: int) -> NDArray[np.float64]:
    """Means of `factor` samples each to the full rate, by straight lines; what no mean covers is stored as it is."""
    means, rest = values[: size // factor], values[size // factor :]
    if not means.size:
        return rest
    middles = np.arange(len(means)) * factor + factor // 2
    return np.concatenate([np.interp(np.arange(len(means) * factor), middles, means), rest])


def _add_reference_beats(signal_nv: NDArray[np.float64], record: Record, first: int, source: str) -> None:
    """Add the reference beat, its fiducial point on each beat's, from a beat's first sample to its last."""
    reference = record.reference
    if reference is None:
        raise FormatError(f"{source}: reference beats were subtracted, but there is none.")
    most = record.reference_ms * 1000 // reference.interval_us + 1
    for column in range(len(record.leads)):
        beat_nv = _numbers(record, reference, column, most, source) * float(reference.step_nv)
        for beat in record.beats:
            if beat.kind != 0:
                continue
            # Sample n of the lead, counted from 1, takes sample n - shift of the reference beat, counted from 0.
            shift = beat.fiducial - record.reference_fiducial + 1
            begin = max(beat.first, first, shift)
            end = min(beat.last + 1, first + len(signal_nv), shift + len(beat_nv))
            if begin < end:
                signal_nv[begin - first : end - first, column] += beat_nv[begin - shift : end - shift]
