"""Whether millivolts are millivolts: the amplitude that an ECG can have."""

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.recording import millivolts_per_unit

__all__ = ["check_amplitude"]

POSSIBLE_MV = (0.02, 50.0)
USUAL_MV = (0.2, 6.0)
"""Median over the leads of the range that holds 99 % of a lead's samples. In PTB-XL's training folds it is 0.33 to
3.93 mV. Outside the usual range a recording is doubtful; outside the possible one its unit is wrong."""

UNITS = ("nV", "uV", "mV", "V")


def check_amplitude(signal_mv: NDArray[np.float64], source: str, unit: str = "mV") -> list[str]:
    """Refuse amplitudes that no ECG has, and doubt unusual ones.

    Args:
        signal_mv: `(time, lead)`, taken for millivolts.
        source: the file's name.
        unit: that the samples were read in, before they became millivolts.

    Returns:
        Quality notes, none for a usual amplitude.

    Raises:
        FormatError: all leads are flat, or the amplitude shows that the unit is wrong; names the likely one.
    """
    low, high = np.percentile(signal_mv, [0.5, 99.5], axis=0)
    ranges = (high - low)[np.ptp(signal_mv, axis=0) > 0]
    if not len(ranges):
        raise FormatError(f"{source}: all leads are flat.")
    typical = float(np.median(ranges))
    if POSSIBLE_MV[0] <= typical <= POSSIBLE_MV[1]:
        if USUAL_MV[0] <= typical <= USUAL_MV[1]:
            return []
        return [f"unusual amplitude: {typical:.2g} mV from bottom to top; are the samples in the unit that was read?"]
    raise FormatError(
        f"{source}: an amplitude of {typical:.3g} mV is no ECG's ({USUAL_MV[0]:g} to {USUAL_MV[1]:g} mV are usual); "
        f"{_likely(typical, unit, source)}."
    )


def _likely(typical_mv: float, unit: str, source: str) -> str:
    samples = typical_mv / millivolts_per_unit(unit, source)
    fits = [u for u in UNITS if USUAL_MV[0] <= samples * millivolts_per_unit(u, source) <= USUAL_MV[1]]
    if not fits:
        return "the samples are probably a converter's raw numbers: convert them to millivolts first"
    return (
        f"the samples were read as {unit} and are probably {fits[0]}, or a converter's raw numbers: read them as such "
        f"(--unit {fits[0]}), or convert them to millivolts first"
    )
