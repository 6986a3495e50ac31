"""`Recording`: what every file format is read into, before anything is assumed about leads or length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.limits import LONGEST_NAME, check_rate, check_shape

__all__ = ["Recording", "make_recording", "millivolts_per_unit", "printable"]

_MILLIVOLTS = {
    "nv": 1e-6,
    "nanovolt": 1e-6,
    "uv": 1e-3,
    "µv": 1e-3,
    "μv": 1e-3,  # both signs for micro
    "microvolt": 1e-3,
    "mv": 1.0,
    "millivolt": 1.0,
    "v": 1e3,
    "volt": 1e3,
}


@dataclass(frozen=True)
class Recording:
    """One ECG as its file has it."""

    signal_mv: NDArray[np.float32]
    """`(time, lead)`, millivolts; NaN where the file marks a sample as invalid."""
    rate_hz: float
    """Samples per second, greater than 0."""
    leads: tuple[str, ...]
    """The file's own names, in the file's order."""
    source: str
    """The file's name, for messages."""
    files: tuple[str, ...] = ()
    """Names of the files beside `source` that hold its samples; none where `source` has them itself."""
    notes: tuple[str, ...] = ()
    """What was done while reading that a reader of the result should know."""
    units: tuple[str, ...] = ()
    """The unit of each lead as the file states it, before it became millivolts; empty where that was not kept."""


def millivolts_per_unit(unit: str, source: str) -> float:
    """Factor from a physical unit's name, in any case, to millivolts.

    Raises:
        FormatError: the unit is no voltage that is known here.
    """
    name = unit.strip().lower()
    factor = _MILLIVOLTS.get(name) or _MILLIVOLTS.get(name.removesuffix("s"))
    if factor is None:
        raise FormatError(f"{source}: unit {unit[:LONGEST_NAME]!r} is no voltage; known are nV, uV, mV and V.")
    return factor


def make_recording(
    signal_mv: NDArray[np.generic],
    rate_hz: float,
    leads: Sequence[str],
    source: str,
    *,
    files: Sequence[str] = (),
    notes: Sequence[str] = (),
    units: Sequence[str] = (),
) -> Recording:
    """Check what a reader has found and make a `Recording` of it.

    Args:
        signal_mv: `(time, lead)` real numbers, millivolts; what is not finite, or not as float32, becomes NaN.
        rate_hz: samples per second.
        leads: one name for each column.
        source: the file's name.
        files: names of the files beside it that were read.
        notes: what the reader wants told.
        units: as the file states them, one for each lead, or one for all.

    Raises:
        FormatError: no samples, too many, an impossible rate, or another number of names than of columns.
    """
    if signal_mv.ndim != 2:
        raise FormatError(f"{source}: the signal has {signal_mv.ndim} dimensions; expected are time and lead.")
    samples, columns = signal_mv.shape
    check_shape(samples, columns, source)
    if len(leads) != columns:
        raise FormatError(f"{source}: {len(leads)} lead names for {columns} channels.")
    rate_hz = check_rate(rate_hz, source)
    with np.errstate(over="ignore", invalid="ignore"):
        signal = np.array(signal_mv, dtype=np.float32, order="C")
    signal[~np.isfinite(signal)] = np.nan
    if len(units) == 1:
        units = list(units) * columns
    return Recording(
        signal_mv=signal,
        rate_hz=rate_hz,
        leads=tuple(printable(name) for name in leads),
        source=source,
        files=tuple(files),
        notes=tuple(notes),
        units=tuple(printable(unit) for unit in units),
    )


def printable(text: str) -> str:
    """A file's text for people: at most `LONGEST_NAME` characters, none that steers a terminal."""
    cut = text[: 4 * LONGEST_NAME].strip()[:LONGEST_NAME]
    return "".join(sign if sign.isprintable() else "?" for sign in cut)
