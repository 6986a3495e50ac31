"""`Recording`: what every file format is read into, before anything is assumed about leads or length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError

__all__ = ["Recording", "millivolts_per_unit"]

_MILLIVOLTS = {
    "nv": 1e-6,
    "uv": 1e-3,
    "µv": 1e-3,
    "μv": 1e-3,
    "mv": 1.0,
    "v": 1e3,
}  # both signs for micro


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


def millivolts_per_unit(unit: str, source: str) -> float:
    """Factor from a physical unit's name, in any case, to millivolts.

    Raises:
        FormatError: the unit is no voltage that is known here.
    """
    factor = _MILLIVOLTS.get(unit.strip().lower())
    if factor is None:
        raise FormatError(f"{source}: unit {unit!r} is no voltage; known are nV, uV, mV and V.")
    return factor
