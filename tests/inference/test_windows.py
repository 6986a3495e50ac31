"""Every length has one stated behaviour, and every sample of a long recording is looked at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.errors import FormatError
from twelvelead.inference.windows import cut_windows


def ramp(samples: int) -> np.ndarray:
    return np.arange(samples, dtype=np.float64)[:, None]


@given(st.integers(100, 1000))
def test_windows_cover_a_long_recording(samples: int) -> None:
    windows, steps = cut_windows(ramp(samples), 10, 10.0, "x")
    assert windows.shape[1:] == (100, 1)
    assert set(windows.ravel().astype(int)) == set(range(samples))
    assert len(windows) == -(-samples // 100)
    assert all((np.diff(window[:, 0]) == 1).all() for window in windows)
    assert bool(steps) == (samples > 100)


@given(st.integers(25, 99))
def test_a_short_recording_is_repeated(samples: int) -> None:
    windows, steps = cut_windows(ramp(samples), 10, 10.0, "x")
    assert windows.shape == (1, 100, 1)
    assert (windows[0, ::-1, 0] == samples - 1 - np.arange(100) % samples).all()
    assert "repeated to fill a window of 10 s" in steps[0]


def test_too_short_is_refused() -> None:
    with pytest.raises(FormatError, match=r"lasts 2\.40 s; at least 2\.5 s are needed"):
        cut_windows(ramp(24), 10, 10.0, "x")
    assert cut_windows(ramp(12), 10, 1.2, "x")[0].shape == (1, 12, 1)


def test_a_model_that_takes_shorter_signals_gets_them_as_they_are() -> None:
    windows, steps = cut_windows(ramp(60), 10, 10.0, "x", taken_from_s=5.0)
    assert windows.shape == (1, 60, 1) and steps == []
    windows, steps = cut_windows(ramp(40), 10, 10.0, "x", taken_from_s=5.0)
    assert windows.shape == (1, 100, 1) and "repeated" in steps[0]
