"""From named arrays to a `Recording`: what NumPy, Matlab and HDF5 files have in common.

Such files have no standard for ECG: the signal is the one two-dimensional array, or the one with a usual name, and
rate, leads and unit stand beside it under a usual name, or must be given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Hints, text_of
from twelvelead.formats.limits import MOST_LEADS
from twelvelead.formats.recording import Recording, make_recording, millivolts_per_unit, printable

__all__ = ["Named", "pick_signal", "recording_from_array", "sort_named"]

SIGNALS = ("signal_mv", "signal", "signals", "ecg", "ecgdata", "data", "val", "values", "p_signal", "samples", "x")
"""Names of the signal in the wild, most telling first; Challenge files have `val`, wfdb `p_signal`, CPSC `data`."""

RATES = (
    "rate_hz", "rate", "fs", "sfreq", "freq", "frequency", "sampling_rate", "sampling_frequency", "samplingrate",
    "samplingfrequency", "samplerate", "sample_rate", "sample_frequency", "fs_hz", "srate",
)  # fmt: skip
LEADS = (
    "leads", "lead_names", "leadnames", "lead", "channels", "channel_names", "ch_names", "sig_name", "sig_names",
    "columns", "labels",
)  # fmt: skip
UNITS = ("unit", "units", "sig_units", "signal_unit", "signal_units")


@dataclass
class Named:
    """What a file holds, sorted by meaning."""

    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Numeric arrays that could be a signal, by name."""
    rate_hz: float | None = None
    leads: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None


def sort_named(values: Mapping[str, Any], source: str, into: Named | None = None) -> Named:
    """Sort a file's values by name: arrays, rate, leads, unit; what is none of them is left out.

    Args:
        values: arrays, numbers, texts, or lists of them, by name.
        source: what to call the file in an error.
        into: goes on with this one; what it has stays.

    Raises:
        FormatError: a rate, lead names or a unit are no such thing.
    """
    named = into or Named()
    for name, value in values.items():
        key = name.rpartition("/")[2].strip().lower()
        if key in RATES and _is_single(value):
            named.rate_hz = named.rate_hz or _number(value, f"{source}: {name!r}")
        elif key in LEADS and (texts := _texts(value)):
            named.leads = named.leads or texts
        elif key in UNITS and (texts := _texts(value)):
            named.units = named.units or texts
        elif isinstance(value, np.ndarray) and value.ndim in (1, 2) and value.dtype.kind in "iuf" and value.size > 1:
            named.arrays[name] = value
    return named


def pick_signal(named: Named, source: str) -> NDArray[Any]:
    """The array that is the signal: the only one with two dimensions, or the one with a usual name.

    Raises:
        FormatError: there is none, or more than one that could be it.
    """
    flat = {name: array for name, array in named.arrays.items() if array.ndim == 2 and min(array.shape) > 0}
    if len(flat) == 1:
        return next(iter(flat.values()))
    by_key = {name.rpartition("/")[2].strip().lower(): array for name, array in (flat or named.arrays).items()}
    found = next((by_key[key] for key in SIGNALS if key in by_key), None)
    if found is not None:
        return found
    if len(named.arrays) == 1:
        return next(iter(named.arrays.values()))
    names = ", ".join(sorted(repr(printable(name)) for name in named.arrays)[:10]) or "none"
    raise FormatError(
        f"{source}: which array is the ECG cannot be told; it has {names}, expected is one with two dimensions."
    )


def recording_from_array(
    array: NDArray[Any], named: Named, hints: Hints, source: str, notes: Sequence[str] = ()
) -> Recording:
    """Make a recording of an array, with what the file says of it or the caller knows.

    Args:
        array: `(time, lead)` or `(lead, time)`, which is told by the number of lead names; or `(time,)`.
        named: rate, leads and units as far as the file has them.
        hints: what the caller knows.
        source: the file's name.
        notes: go into the recording.

    Raises:
        FormatError: something is missing or does not fit.
    """
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or array.dtype.kind not in "iuf":
        raise FormatError(f"{source}: an array of {array.dtype} and {array.ndim} dimensions is no ECG.")
    rate_hz, leads, units = hints.complete(named.rate_hz, named.leads, named.units, source)
    array = _time_first(array, len(leads), source)
    if len(units) not in (1, len(leads)):
        raise FormatError(f"{source}: {len(units)} units for {len(leads)} leads.")
    factors = np.array([millivolts_per_unit(unit, source) for unit in units])
    with np.errstate(over="ignore", invalid="ignore"):
        signal_mv = array * factors
    return make_recording(signal_mv, rate_hz, leads, source, notes=notes, units=units)


def _time_first(array: NDArray[Any], leads: int, source: str) -> NDArray[Any]:
    if array.shape[1] == leads:
        return array
    if array.shape[0] == leads:
        return array.T
    raise FormatError(f"{source}: {leads} lead names for an array of {array.shape[0]} x {array.shape[1]}.")


def _number(value: Any, what: str) -> float:
    try:
        return float(np.asarray(value).reshape(-1)[0])
    except (TypeError, ValueError):
        raise FormatError(f"{what} is no number.") from None


def _is_single(value: Any) -> bool:
    return isinstance(value, int | float | np.generic | str | bytes) or (
        isinstance(value, np.ndarray) and value.size == 1
    )


def _texts(value: Any) -> tuple[str, ...]:
    """A value as names; a single text is divided at commas. Empty if it is no text."""
    if isinstance(value, str | bytes):
        return tuple(part.strip() for part in text_of(value)[: 100 * MOST_LEADS].split(",") if part.strip())
    items = value.reshape(-1).tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(items, list | tuple) or not 0 < len(items) <= MOST_LEADS:
        return ()
    if len(items) == 1:
        return _texts(items[0]) if isinstance(items[0], str | bytes | list) else ()
    items = [item[0] if isinstance(item, list) and len(item) == 1 else item for item in items]
    return tuple(text_of(item).strip() for item in items) if all(isinstance(i, str | bytes) for i in items) else ()
