"""Recordings of any length as windows of the model's length."""

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError

__all__ = ["SHORTEST_S", "window_positions"]

SHORTEST_S = 2.5
"""Seconds; a shorter recording may not hold two beats. Repeated to 10 s, the first 2.5 s of PTB-XL's fold 8 give the
CNN-LSTM a macro AUC of 0.875, where the whole records give 0.888 and 2.5 s filled up with zeros 0.835 to 0.862."""


def window_positions(
    samples: int, rate_hz: int, window_s: float, source: str, taken_from_s: float | None = None
) -> tuple[NDArray[np.int64], list[str]]:
    """Which samples stand in the windows that cover a whole recording, and what that does to it.

    A recording of one window's length is one window. A longer one becomes consecutive windows, of which the last one
    ends with the recording and may overlap the one before. A shorter one stays as it is where the model takes shorter
    ones too; else it is repeated until it fills a window, whose end is the recording's end: networks that read out
    their last step look at it most.

    Args:
        samples: of the recording.
        rate_hz: samples per second.
        window_s: seconds of a window.
        source: the file's name.
        taken_from_s: shortest signal, in seconds, that the model takes as it is; None: `window_s`.

    Returns:
        `(window, time)` numbers of samples, from 0, and steps in words.

    Raises:
        FormatError: the recording is shorter than `SHORTEST_S` (or than the window, if that is shorter).
    """
    length = round(rate_hz * window_s)
    seconds = samples / rate_hz
    if samples >= length:
        starts = [*range(0, samples - length + 1, length)]
        if starts[-1] + length < samples:
            starts.append(samples - length)
        positions = np.add.outer(np.array(starts), np.arange(length))
        if len(starts) == 1:
            return positions, []
        return positions, [f"{seconds:.2f} s cut into {len(starts)} windows of {window_s:g} s, probabilities averaged"]
    if taken_from_s is not None and samples >= round(rate_hz * taken_from_s):
        return np.arange(samples)[None], []
    least = min(SHORTEST_S, window_s)
    if seconds < least:
        raise FormatError(f"{source}: lasts {seconds:.2f} s; at least {least:g} s are needed.")
    positions = np.arange(samples - length, samples)[None] % samples
    return positions, [f"{seconds:.2f} s repeated to fill a window of {window_s:g} s"]
