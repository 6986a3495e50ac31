"""From a `Recording` to what a model takes: its leads, its rate, its length. Every step is told.

Nothing is guessed silently: what cannot be brought into the model's form is an error that says so.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from twelvelead.errors import CheckpointError, FormatError
from twelvelead.formats.recording import Recording
from twelvelead.leads import LEADS, lead_order
from twelvelead.models.classifier import ModelInfo

__all__ = ["Prepared", "prepare_recording"]

LARGEST_RATIO = 1000
"""Of the resampling's two integer factors; ordinary rates need far less."""


@dataclass(frozen=True)
class Prepared:
    """An ECG in the model's form."""

    windows_mv: NDArray[np.float32]
    """`(window, time, lead)` millivolts."""
    quality: tuple[str, ...]
    """What is doubtful about the signal."""
    steps: tuple[str, ...]
    """What was done to the signal, in order."""


def prepare_recording(recording: Recording, model: ModelInfo) -> Prepared:
    """Bring a recording into the form that a model takes.

    Leads are picked by name; another rate is resampled (polyphase, with its anti-aliasing filter); a longer
    recording becomes consecutive windows of the model's length, whose probabilities are to be averaged.

    Raises:
        FormatError: a lead is missing, samples are invalid, the recording is shorter than a window.
    """
    if model.leads != LEADS:
        raise CheckpointError(f"the model takes the leads {', '.join(model.leads)}; here it is {', '.join(LEADS)}.")
    steps = []
    order = lead_order(list(recording.leads), recording.source)
    if order != list(range(len(recording.leads))):
        steps.append(f"leads picked and ordered: {', '.join(LEADS)}")
    signal = recording.signal_mv[:, order].astype(np.float64)
    bad = [lead for lead, column in zip(LEADS, signal.T) if not np.isfinite(column).all()]
    if bad:
        raise FormatError(f"{recording.source}: invalid samples (NaN) in lead {', '.join(bad)}.")
    if not np.ptp(signal, axis=0).any():
        raise FormatError(f"{recording.source}: all leads are flat.")
    if recording.rate_hz != model.rate_hz:
        signal = _resample(signal, recording, model.rate_hz)
        steps.append(f"resampled from {recording.rate_hz:g} Hz to {model.rate_hz} Hz")
    length = round(model.rate_hz * model.duration_s)
    if len(signal) < length:
        raise FormatError(
            f"{recording.source}: lasts {len(signal) / model.rate_hz:.2f} s; "
            f"this model needs at least {model.duration_s:g} s."
        )
    count = len(signal) // length
    rest = len(signal) - count * length
    if count > 1:
        steps.append(f"cut into {count} windows of {model.duration_s:g} s, probabilities averaged")
    if rest:
        steps.append(f"the last {rest / model.rate_hz:.2f} s left out")
    windows = signal[: count * length].reshape(count, length, len(LEADS)).astype(np.float32)
    return Prepared(windows, tuple(_quality(windows)), (*recording.notes, *steps))


def _resample(signal: NDArray[np.float64], recording: Recording, rate_hz: int) -> NDArray[np.float64]:
    # Rates are whole or simple fractions of Hz; a thousandth of a Hz is finer than any recorder's clock.
    up, down = rate_hz * 1000, round(recording.rate_hz * 1000)
    divisor = math.gcd(up, down)
    up, down = up // divisor, down // divisor
    if max(up, down) > LARGEST_RATIO:
        raise FormatError(f"{recording.source}: cannot be resampled from {recording.rate_hz:g} Hz to {rate_hz} Hz.")
    resampled: NDArray[np.float64] = resample_poly(signal, up, down, axis=0, padtype="line")
    return resampled


def _quality(windows: NDArray[np.float32]) -> list[str]:
    flat = [lead for i, lead in enumerate(LEADS) if np.ptp(windows[:, :, i]) == 0]
    return [f"flat lead {', '.join(flat)}"] if flat else []
