"""HL7 annotated ECG (aECG, PORT_MT020001): rhythm series before derived ones, each sequence by its scale and origin.

Times and values as in HL7's "Annotated ECG Implementation Guide" (2005), section "Series" and its parts.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.limits import check_rate
from twelvelead.formats.recording import Recording, make_recording, millivolts_per_unit
from twelvelead.formats.xml_tree import child, children, descendants, has_root, parse_xml, text_at
from twelvelead.formats.xml_values import numbers, stack, to_float

__all__ = ["FORMAT", "read_aecg"]

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
"""UCUM units of an increment."""


def read_aecg(source: Source, hints: Hints) -> Recording:
    """Read an aECG document.

    Raises:
        FormatError: it is damaged, or has no ECG in it.
    """
    root = parse_xml(source)
    if root.tag != "AnnotatedECG":
        raise FormatError(f"{source.name}: XML with the root {root.tag[:80]!r} is no HL7 aECG.")
    series, notes = _choose_series(root, source.name)
    sets = list(_sets(series))
    chosen = max(sets, key=lambda found: (sum(1 for _ in _leads(found)), -sets.index(found)))
    if len(sets) > 1:
        notes.append(f"sequence set {sets.index(chosen) + 1} of {len(sets)}")
    names, columns, units = [], [], []
    for name, value in _leads(chosen):
        column, unit = _samples(value, name, source.name)
        names.append(name)
        columns.append(column)
        units.append(unit)
    signal_mv, more = stack(columns, source.name)
    rate_hz = _rate(chosen, source.name)
    return make_recording(signal_mv, rate_hz, names, source.name, notes=[*notes, *more], units=units)


def _choose_series(root: Element, source: str) -> tuple[Element, list[str]]:
    measured = [found for part in children(root, "component") if (found := child(part, "series")) is not None]
    rhythm = [series for series in measured if _code(series) == "RHYTHM"]
    with_leads = [series for series in rhythm or measured if any(True for _ in _sets(series))]
    if with_leads:
        return with_leads[0], [f"series 1 of {len(with_leads)}"] if len(with_leads) > 1 else []
    derived = next((series for series in descendants(root, "derivedSeries") if any(True for _ in _sets(series))), None)
    if derived is None:
        raise FormatError(f"{source}: an aECG without leads.")
    return derived, ["no rhythm in the file: this is a derived series, such as a representative beat"]


def _sets(series: Element) -> Iterator[Element]:
    """The sequence sets with leads of a series itself, not of series derived from it."""
    for part in children(series, "component"):
        found = child(part, "sequenceSet")
        if found is not None and any(True for _ in _leads(found)):
            yield found


def _code(element: Element) -> str:
    found = child(element, "code")
    return found.get("code", "") if found is not None else ""


def _leads(sequence_set: Element) -> Iterator[tuple[str, Element]]:
    """Code and value of each sequence that is a lead."""
    for part in children(sequence_set, "component"):
        sequence = child(part, "sequence")
        value = child(sequence, "value") if sequence is not None else None
        if sequence is not None and value is not None and _code(sequence).startswith("MDC_ECG_LEAD"):
            yield _code(sequence), value


def _samples(value: Element, name: str, source: str) -> tuple[NDArray[np.float64], str]:
    """Millivolts and the stated unit: origin + scale * digits."""
    scale, origin = child(value, "scale"), child(value, "origin")
    if scale is None:
        raise FormatError(f"{source}: {name} has no scale, so its digits have no unit.")
    unit = scale.get("unit", "")
    step = to_float(scale.get("value"), f"the scale of {name}", source) * millivolts_per_unit(unit, source)
    offset = 0.0
    if origin is not None and origin.get("value") is not None:
        offset = to_float(origin.get("value"), f"the origin of {name}", source)
        offset *= millivolts_per_unit(origin.get("unit") or unit, source)
    digits = numbers(text_at(value, "digits"), f"lead {name}", source)
    with np.errstate(over="ignore", invalid="ignore"):
        return offset + step * digits, unit


def _rate(sequence_set: Element, source: str) -> float:
    for part in children(sequence_set, "component"):
        sequence = child(part, "sequence")
        if sequence is None or not _code(sequence).startswith("TIME_"):
            continue
        increment = child(sequence, "value", "increment")
        if increment is None:
            continue
        unit = increment.get("unit", "")
        if unit not in SECONDS:
            raise FormatError(f"{source}: its time increment is in {unit[:20]!r}; known are {', '.join(SECONDS)}.")
        step = to_float(increment.get("value"), "the time increment", source) * SECONDS[unit]
        return check_rate(round(1 / step, 6) if step > 0 else 0.0, source)
    raise FormatError(f"{source}: no sequence gives the time increment, so the sampling rate is unknown.")


def _sniff(head: bytes, path: Path | None) -> bool:
    return has_root(head, "AnnotatedECG")


FORMAT = Format(
    name="HL7 aECG",
    suffixes=(".xml", ".aecg"),
    sniff=_sniff,
    read=read_aecg,
    description="the rhythm series, else a derived one; increments in s, ms or us; scale and origin of each lead",
)
