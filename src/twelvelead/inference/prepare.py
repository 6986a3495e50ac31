"""From a `Recording` to what a model takes: its leads, its rate, its length. Every step is told.

Nothing is guessed silently: what cannot be brought into the model's form is an error that says so.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from twelvelead.config import MissingLeads
from twelvelead.errors import CheckpointError, FormatError
from twelvelead.formats.recording import Recording
from twelvelead.inference.amplitude import check_amplitude
from twelvelead.inference.calibration_pulse import without_calibration_pulse
from twelvelead.inference.lead_selection import select_leads
from twelvelead.inference.quality import ANALYSIS_RATE_HZ, find_clipped, find_doubts, find_held
from twelvelead.inference.windows import window_positions
from twelvelead.leads import LEADS
from twelvelead.models.info import ModelInfo

__all__ = ["Prepared", "prepare_recording"]

LARGEST_FACTOR = 1000
"""Of resampling's two whole numbers."""

RATE_ERROR = 1e-4
"""Relative; the nearest ratio of two such numbers is that near for every ordinary rate. Over 10 s it is 1 ms."""


@dataclass(frozen=True)
class Prepared:
    """An ECG in the model's form."""

    windows_mv: NDArray[np.float32]
    """`(window, time, lead)` millivolts."""
    positions: NDArray[np.int64]
    """`(window, time)`: which sample of the recording, at the model's rate, each one of the windows is, from 0."""
    quality: tuple[str, ...]
    """What is doubtful about the signal."""
    steps: tuple[str, ...]
    """What was done to the signal, in order."""


def prepare_recording(recording: Recording, model: ModelInfo, missing: MissingLeads = "refuse") -> Prepared:
    """Bring a recording into the form that a model takes.

    Leads are picked by name, missing limb leads derived; amplitudes must be an ECG's; another rate is resampled
    (polyphase, with its anti-aliasing filter); `window_positions` says what becomes of other lengths.

    Args:
        recording: as read.
        model: what it is for.
        missing: what to do about leads that are not there and cannot be derived.

    Raises:
        FormatError: a lead is missing, the unit is wrong, or the recording is too short.
        CheckpointError: the model takes other leads than the twelve.
    """
    if model.leads != LEADS:
        raise CheckpointError(f"the model takes the leads {', '.join(model.leads)}; here it is {', '.join(LEADS)}.")
    recording, pulses = without_calibration_pulse(recording)
    selected = select_leads(recording, missing)
    signal = selected.signal_mv
    quality = [*selected.quality, *check_amplitude(signal, recording.source, *recording.units[:1])]
    recorded, held = find_held(signal, recording.rate_hz)
    quality += [*held, *find_clipped(signal[recorded], recording.rate_hz)]
    steps = [*recording.notes, *pulses, *selected.steps]
    prepared = _resampled(signal, recording, model.rate_hz)
    if recording.rate_hz != model.rate_hz:
        steps.append(f"resampled from {recording.rate_hz:g} Hz to {model.rate_hz} Hz")
    positions, cut = window_positions(len(prepared), model.rate_hz, model.duration_s, recording.source, model.window_s)
    windows = prepared[positions].astype(np.float32, order="C")
    analysed = prepared if model.rate_hz == ANALYSIS_RATE_HZ else _resampled(signal, recording, ANALYSIS_RATE_HZ)
    quality += find_doubts(analysed, selected.absent)
    return Prepared(windows, positions, tuple(quality), (*steps, *cut))


def _resampled(signal: NDArray[np.float64], recording: Recording, rate_hz: int) -> NDArray[np.float64]:
    if recording.rate_hz == rate_hz:
        return signal
    ratio = Fraction(rate_hz / recording.rate_hz).limit_denominator(LARGEST_FACTOR)
    exact = rate_hz / recording.rate_hz
    if ratio.numerator > LARGEST_FACTOR or abs(ratio / exact - 1) > RATE_ERROR:
        raise FormatError(f"{recording.source}: cannot be resampled from {recording.rate_hz:g} Hz to {rate_hz} Hz.")
    resampled = resample_poly(signal.T, ratio.numerator, ratio.denominator, axis=1, padtype="line")
    return np.asarray(resampled.T)
