"""The calibration pulse that some recorders append to, or put before, a recording: no ECG, and not to be predicted."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.formats.recording import Recording

__all__ = ["without_calibration_pulse"]

LEAST_S = 0.1
"""A stretch in which all leads are the same must last so long to be taken for calibration."""

SAME_MV = 1e-3
PULSE_MV = 0.5
"""Leads of an ECG differ; at an end where they do not, a step of at least this height is the pulse, usually 1 mV."""


def without_calibration_pulse(recording: Recording) -> tuple[Recording, list[str]]:
    """The recording without a calibration pulse at its ends, and a step for each that was there.

    Philips' XML files, for one, end with it after some ten seconds of ECG, the same in all leads.
    """
    signal = recording.signal_mv
    if signal.shape[1] < 3 or not len(signal):
        return recording, []
    if not _same(signal[[0, -1]]).any():  # as in nearly all recordings; the rest need not be looked at
        return recording, []
    same = _same(signal)
    if same.all():
        return recording, []
    begin, end = int(np.argmin(same)), len(same) - int(np.argmin(same[::-1]))
    steps = []
    least = LEAST_S * recording.rate_hz
    if begin >= least and np.ptp(signal[:begin, 0]) >= PULSE_MV:
        steps.append(f"the first {begin / recording.rate_hz:.2f} s left out: a calibration pulse")
    else:
        begin = 0
    rest = len(same) - end
    if rest >= least and np.ptp(signal[end:, 0]) >= PULSE_MV:
        steps.append(f"the last {rest / recording.rate_hz:.2f} s left out: a calibration pulse")
    else:
        end = len(same)
    return (replace(recording, signal_mv=signal[begin:end]) if steps else recording), steps


def _same(signal: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """At which times all leads are the same; not where a sample is invalid."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.ptp(signal, axis=1) <= SAME_MV)
