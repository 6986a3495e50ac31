"""GE MUSE XML (`RestingECG`): the rhythm before the median beat; eight stored leads, the other four derived.

Layout as in the files and their own element names: per lead base64 of 16-bit little-endian numbers, a CRC-32 of the
bytes, and micro- or millivolts per bit. The limb leads III, aVR, aVL and aVF follow from I and II by Einthoven's and
Goldberger's definitions, so MUSE does not store them.
"""

import zlib
from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.limits import MOST_LEADS
from twelvelead.formats.recording import Recording, make_recording, millivolts_per_unit, printable
from twelvelead.formats.xml_tree import children, descendants, has_root, parse_xml, text_at
from twelvelead.formats.xml_values import decode_base64, stack, to_float
from twelvelead.leads import LEADS, canonical_lead

__all__ = ["FORMAT", "read_muse"]

DERIVED = {"III": (-1.0, 1.0), "aVR": (-0.5, -0.5), "aVL": (1.0, -0.5), "aVF": (-0.5, 1.0)}
"""Weights of I and II."""


def read_muse(source: Source, hints: Hints) -> Recording:
    """Read a MUSE document.

    Raises:
        FormatError: it is damaged, or has no waveform.
    """
    root = parse_xml(source)
    waveforms = list(descendants(root, "Waveform"))
    if not waveforms:
        raise FormatError(f"{source.name}: XML without a MUSE waveform.")
    chosen, notes = _choose(waveforms)
    rate_hz = _rate(chosen, source.name)
    names, columns, units = [], [], []
    for lead in children(chosen, "LeadData"):
        name = text_at(lead, "LeadID")
        column, unit = _samples(lead, name, source.name)
        names.append(name)
        columns.append(column)
        units.append(unit)
    if not 0 < len(names) <= MOST_LEADS:
        raise FormatError(f"{source.name}: {len(names)} leads; allowed are 1 to {MOST_LEADS}.")
    signal_mv, more = stack(columns, source.name)
    signal_mv, names, derived = _derive(signal_mv, names)
    return make_recording(
        signal_mv,
        rate_hz,
        names,
        source.name,
        notes=[*notes, *more, *derived],
        units=units + units[:1] * (len(names) - len(units)),
    )


def _choose(waveforms: list[Element]) -> tuple[Element, list[str]]:
    rhythm = [found for found in waveforms if text_at(found, "WaveformType").lower() == "rhythm"]
    if not rhythm:
        kind = printable(text_at(waveforms[0], "WaveformType"))
        return waveforms[0], [f"no rhythm in the file: this is the waveform {kind!r}, such as a median beat"]
    return rhythm[0], [f"rhythm waveform 1 of {len(rhythm)}"] if len(rhythm) > 1 else []


def _rate(waveform: Element, source: str) -> float:
    """`SampleBase` times ten to the `SampleExponent`."""
    kind = text_at(waveform, "SampleType")
    if kind and kind != "CONTINUOUS_SAMPLES":
        raise FormatError(f"{source}: samples of the type {printable(kind)!r} are not read.")
    base = to_float(text_at(waveform, "SampleBase"), "SampleBase", source)
    exponent = to_float(text_at(waveform, "SampleExponent") or "0", "SampleExponent", source)
    if abs(exponent) > 12:
        raise FormatError(f"{source}: SampleExponent is {exponent:g}.")
    return float(base * 10.0**exponent)


def _samples(lead: Element, name: str, source: str) -> tuple[NDArray[np.float64], str]:
    """Millivolts and the stated unit."""
    size = text_at(lead, "LeadSampleSize") or "2"
    if size != "2":
        raise FormatError(f"{source}: lead {printable(name)} has samples of {printable(size)} bytes; expected are 2.")
    data = decode_base64(text_at(lead, "WaveFormData"), f"lead {printable(name)}", source)
    count = to_float(text_at(lead, "LeadSampleCountTotal") or str(len(data) // 2), "LeadSampleCountTotal", source)
    if count * 2 != len(data):
        raise FormatError(f"{source}: lead {printable(name)} claims {count:.0f} samples and has {len(data) // 2}.")
    stated = text_at(lead, "LeadDataCRC32")
    if stated.isdecimal() and int(stated[:20]) != zlib.crc32(data):
        raise FormatError(f"{source}: the checksum of lead {printable(name)} is {zlib.crc32(data)}, not {stated[:20]}.")
    unit = text_at(lead, "LeadAmplitudeUnits")
    step = to_float(text_at(lead, "LeadAmplitudeUnitsPerBit"), "LeadAmplitudeUnitsPerBit", source)
    with np.errstate(over="ignore"):
        return np.frombuffer(data, "<i2") * (step * millivolts_per_unit(unit, source)), unit


def _derive(signal_mv: NDArray[np.float64], names: list[str]) -> tuple[NDArray[np.float64], list[str], list[str]]:
    """Add those of `DERIVED` that are not there, where I and II are; then the order of `LEADS`."""
    have = {canonical_lead(name): position for position, name in enumerate(names)}
    missing = [name for name in DERIVED if name not in have]
    if not {"I", "II"} <= have.keys() or not missing:
        return signal_mv, names, []
    limb = signal_mv[:, [have["I"], have["II"]]]
    added = np.stack([limb @ np.array(DERIVED[name]) for name in missing], axis=1)
    every = [*names, *missing]
    order = _standard_first(every)
    together = np.concatenate([signal_mv, added], axis=1)[:, order]
    return together, [every[i] for i in order], [f"{', '.join(missing)} derived from I and II"]


def _standard_first(names: Iterable[str]) -> list[int]:
    keys = [canonical_lead(name) for name in names]
    return sorted(range(len(keys)), key=lambda i: (LEADS.index(keys[i]) if keys[i] in LEADS else len(LEADS), i))


def _sniff(head: bytes, path: Path | None) -> bool:
    return has_root(head, "RestingECG")


FORMAT = Format(
    name="GE MUSE XML",
    suffixes=(".xml",),
    sniff=_sniff,
    read=read_muse,
    description="the rhythm, else the median beat; III, aVR, aVL and aVF derived from I and II where not stored",
)
