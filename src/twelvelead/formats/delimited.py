"""CSV and TSV: one row a sample, one column a lead; a header names the leads, a time column gives the rate.

The header may carry units, such as `II (mV)` or `II [uV]`. Separators are comma, semicolon, tab or blanks; with
semicolons or tabs the decimal sign may be a comma.
"""

import io
import re
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.arrays import Named, recording_from_array
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.limits import MOST_LEADS, MOST_VALUES
from twelvelead.formats.recording import Recording, printable
from twelvelead.leads import canonical_lead

__all__ = ["FORMAT", "read_delimited"]

LARGEST_TEXT = 64 * 2**20
"""Bytes: half an hour of 12 leads at 500 Hz with six characters a value."""

LONGEST_LINE = 16_384
"""Characters: `MOST_LEADS` columns of 60."""

TIMES = {"time": None, "t": None, "seconds": 1.0, "milliseconds": 1e-3, "timestamp": None, "elapsed": None}
"""Names of a time column, with its unit in seconds where the name tells it."""

TIME_UNITS = {"s": 1.0, "sec": 1.0, "second": 1.0, "ms": 1e-3, "millisecond": 1e-3, "us": 1e-6, "µs": 1e-6}
COUNTERS = {"", "index", "sample", "samples", "n", "#", "unnamed: 0"}
"""Names of a column that only numbers the samples."""

UNEVEN = 0.01
"""Of a sample's length: how far a time stamp may be off, beside what its printed digits allow."""

STEPS_S = (1 / 5000, 1 / 40)
"""Time stamps of no stated unit that are so far apart are seconds, of an ECG's rate; others could be anything."""

_UNIT = re.compile(
    r"^(?P<name>.*?)\s*(?:[(\[](?P<bracket>[^()\[\]]*)[)\]]|[_/](?P<bare>[munµμ]?v|ms|s))\s*$", re.IGNORECASE
)


def read_delimited(source: Source, hints: Hints) -> Recording:
    """Read a table of numbers as text.

    Raises:
        FormatError: it is no table of numbers, or lacks what `hints` does not give.
    """
    text = _decode(source.content(LARGEST_TEXT), source.name)
    first = text.split("\n", 1)[0].strip("\r")
    if len(first) > LONGEST_LINE:
        raise FormatError(f"{source.name}: the first line has {len(first):,} characters; no table begins so.")
    separator = _separator(first)
    header = _cells(first, separator)
    if not 0 < len(header) <= MOST_LEADS:
        raise FormatError(f"{source.name}: {len(header)} columns; allowed are 1 to {MOST_LEADS}.")
    named = not all(_is_number(cell) for cell in header)
    values = _numbers(text, separator, len(header), named, source.name)
    return _to_recording(values, header if named else None, hints, source.name)


def _decode(data: bytes, source: str) -> str:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatError(f"{source}: is no text.")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    if not text.strip():
        raise FormatError(f"{source}: holds no samples.")
    return text


def _separator(line: str) -> str:
    for sign in ("\t", ";", ","):
        if sign in line:
            return sign
    return " " if len(line.split()) > 1 and not re.search(r"[(\[]", line) else ","


def _cells(line: str, separator: str) -> list[str]:
    cells = line.split() if separator == " " else line.split(separator)
    if len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]  # rows that end with a separator
    return [cell.strip().strip("\"'").strip() for cell in cells]


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _numbers(text: str, separator: str, columns: int, header: bool, source: str) -> NDArray[np.float64]:
    """`(row, column)`; an empty cell is NaN."""
    import pandas as pd

    body = text.split("\n", 1)[1] if header and "\n" in text else "" if header else text
    if not body.strip():
        raise FormatError(f"{source}: holds no samples.")
    if text.count("\n") * columns > MOST_VALUES:
        raise FormatError(f"{source}: more than {MOST_VALUES:,} values; cut the recording first.")
    decimal = "," if separator in "\t;" and re.search(r"\d,\d", body[:LONGEST_LINE]) else "."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # pandas only warns of rows that are too long
            table = pd.read_csv(
                io.StringIO(body),
                sep=r"\s+" if separator == " " else separator,
                header=None,
                names=range(columns + 1),  # one more, for rows that end with a separator
                index_col=False,
                dtype=np.float64,
                decimal=decimal,
                skip_blank_lines=True,
                encoding_errors="replace",
            )
    except Exception as error:  # pandas raises some ten kinds for text that is no table of numbers
        raise FormatError(f"{source}: not every row is {columns} numbers ({printable(str(error))}).") from error
    if table[columns].notna().any():
        raise FormatError(f"{source}: a row has more than {columns} cells.")
    return table.iloc[:, :columns].to_numpy(np.float64)


def _to_recording(values: NDArray[np.float64], header: list[str] | None, hints: Hints, source: str) -> Recording:
    if header is None:
        return recording_from_array(values, Named(), hints, source)
    names, units = zip(*map(_name_and_unit, header))
    notes: list[str] = []
    rate_hz = None
    keep = list(range(len(names)))
    for place, name in enumerate(map(str.casefold, names)):
        if name in TIMES and rate_hz is None:
            rate_hz = _rate(values[:, place], _seconds(units[place]) or TIMES[name], source)
            keep.remove(place)
            if rate_hz is not None:
                notes.append(f"{rate_hz:g} Hz from the column {names[place]!r}")
        elif name in COUNTERS and len(names) > 1:
            keep.remove(place)
    if not keep:
        raise FormatError(f"{source}: has a time column only.")
    leads = tuple(names[i] for i in keep)
    stated = tuple(units[i] for i in keep)
    named = Named(rate_hz=rate_hz, leads=leads, units=stated if all(stated) else None)
    if any(stated) and not all(stated):
        raise FormatError(f"{source}: only some columns name their unit: {', '.join(map(printable, header))}.")
    if not any(canonical_lead(lead) for lead in leads):
        raise FormatError(f"{source}: none of its columns {', '.join(map(printable, leads[:20]))} is an ECG lead.")
    return recording_from_array(values[:, keep], named, hints, source, notes)


def _name_and_unit(cell: str) -> tuple[str, str]:
    match = _UNIT.match(cell)
    if not match or not match["name"]:
        return cell, ""
    return match["name"], (match["bracket"] or match["bare"] or "").strip()


def _seconds(unit: str) -> float | None:
    name = unit.lower()
    return TIME_UNITS.get(name) or TIME_UNITS.get(name.removesuffix("s"))


def _rate(times: NDArray[np.float64], unit_s: float | None, source: str) -> float | None:
    """Samples per second from even time stamps; None where their unit cannot be told.

    Raises:
        FormatError: the stamps are not even, or there is only one.
    """
    span = float(times[-1] - times[0])
    step = span / max(len(times) - 1, 1)
    # Printed stamps are rounded: a step is off by up to one unit of the last digit that any of them has.
    digit = 10.0 ** -_decimals(times)
    if not np.isfinite(times).all() or step <= 0 or (np.abs(np.diff(times) - step) > UNEVEN * step + digit).any():
        raise FormatError(f"{source}: the time column is not evenly spaced and rising.")
    if unit_s is None:
        if not STEPS_S[0] <= step <= STEPS_S[1]:
            return None
        unit_s = 1.0
    rate = 1 / (step * unit_s)
    return float(round(rate)) if abs(rate - round(rate)) <= rate * max(digit / span, 1e-6) else rate


def _decimals(times: NDArray[np.float64]) -> int:
    some = times[:1000]
    return next((digits for digits in range(9) if np.allclose(some, some.round(digits), rtol=0, atol=1e-12)), 9)


def _sniff(head: bytes, path: Path | None) -> bool:
    """A line of cells that are lead names, or of numbers, and a row of numbers below it."""
    if b"\0" in head[:100] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    lines = head.decode(encoding, "replace").lstrip("\r\n").splitlines()[:3]
    if len(lines) < 2:
        return False
    separator = _separator(lines[0])
    cells, row = (_cells(line, separator) for line in lines[:2])
    leads = any(canonical_lead(_name_and_unit(cell)[0]) for cell in cells)
    numbers = all(_is_number(cell) for cell in cells)
    return len(cells) == len(row) and (leads or numbers) and all(_is_number(cell) or not cell for cell in row)


FORMAT = Format(
    name="CSV",
    suffixes=(".csv", ".tsv", ".txt"),
    sniff=_sniff,
    read=read_delimited,
    description="one row a sample, one column a lead; header with lead names and units, rate from a time column",
    hints=("--rate", "--leads", "--unit"),
    turn=9,
)
