"""A recording as the page draws it: twelve leads at the file's own rate, as whole numbers in base64."""

import base64
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from twelvelead.formats.recording import Recording
from twelvelead.inference.calibration_pulse import without_calibration_pulse
from twelvelead.inference.lead_selection import select_leads
from twelvelead.inference.prepare import LARGEST_FACTOR
from twelvelead.leads import LEADS, UNITS_PER_MV

__all__ = ["GAP", "LONGEST_SHOWN_S", "shown_signal"]

LONGEST_SHOWN_S = 60.0
FASTEST_SHOWN_HZ = 1000.0
SHOWN_HZ = 500.0
"""A faster recording is resampled to it; a screen shows no more."""

GAP = -32768
"""The count that stands for "no valid sample"."""

LARGEST_COUNT = 32767


def shown_signal(recording: Recording) -> dict[str, Any]:
    """The object `recording` of `POST /api/ecg`; it begins and ends where the model's signal does.

    Args:
        recording: as read; at least one of its leads is one of the twelve.
    """
    recording, _ = without_calibration_pulse(recording)
    rate_hz = recording.rate_hz
    selected = select_leads(recording, "zero", fill_gaps=False)
    signal = selected.signal_mv[: round(LONGEST_SHOWN_S * rate_hz)]
    if rate_hz > FASTEST_SHOWN_HZ:
        signal, rate_hz = _slower(signal, rate_hz), SHOWN_HZ
    signal[:, [LEADS.index(lead) for lead in selected.absent]] = np.nan
    counts, scale_uv = _to_counts(signal * UNITS_PER_MV)
    return {
        "rate_hz": rate_hz,
        "duration_s": len(counts) / rate_hz,
        "leads": list(LEADS),
        "present": {lead: lead not in selected.absent for lead in LEADS},
        "unit": "uV",
        "samples": len(counts),
        "signal": base64.b64encode(counts.tobytes()).decode("ascii"),
        "scale_uv": scale_uv,
        "invalid": GAP,
        "shown_s": len(counts) / rate_hz,
        "source_rate_hz": recording.rate_hz,
        "source_duration_s": len(recording.signal_mv) / recording.rate_hz,
    }


def _slower(signal: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """At `SHOWN_HZ`, with its gaps where they were."""
    ratio = Fraction(SHOWN_HZ / rate_hz).limit_denominator(LARGEST_FACTOR)
    up, down = ratio.numerator, ratio.denominator
    valid = np.isfinite(signal)
    slower = resample_poly(np.where(valid, signal, 0.0), up, down, axis=0, padtype="line")
    places = np.minimum(np.round(np.arange(len(slower)) * down / up).astype(int), len(signal) - 1)
    return np.where(valid[places], slower, np.nan)


def _to_counts(signal_uv: NDArray[np.float64]) -> tuple[NDArray[np.int16], float]:
    valid = np.isfinite(signal_uv)
    peak = float(np.abs(signal_uv[valid]).max(initial=0.0))
    scale_uv = max(1.0, peak / LARGEST_COUNT)
    counts = np.where(valid, np.round(np.where(valid, signal_uv, 0.0) / scale_uv), GAP)
    return counts.astype("<i2"), scale_uv
