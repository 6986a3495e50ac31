"""Every length has one stated behaviour, and every sample of a long recording is looked at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.errors import FormatError
from twelvelead.inference.windows import window_positions


@given(st.integers(100, 1000))
def test_windows_cover_a_long_recording(samples: int) -> None:
    positions, steps = window_positions(samples, 10, 10.0, "x")
    assert positions.shape[1:] == (100,)
    assert set(positions.ravel()) == set(range(samples))
    assert len(positions) == -(-samples // 100)
    assert all((np.diff(window) == 1).all() for window in positions)
    assert bool(steps) == (samples > 100)


@given(st.integers(25, 99))
def test_a_short_recording_is_repeated(samples: int) -> None:
    positions, steps = window_positions(samples, 10, 10.0, "x")
    assert positions.shape == (1, 100)
    assert (positions[0, ::-1] == samples - 1 - np.arange(100) % samples).all()
    assert "repeated to fill a window of 10 s" in steps[0]


def test_too_short_is_refused() -> None:
    with pytest.raises(FormatError, match=r"lasts 2\.40 s; at least 2\.5 s are needed"):
        window_positions(24, 10, 10.0, "x")
    assert window_positions(12, 10, 1.2, "x")[0].shape == (1, 12)


def test_a_model_that_takes_shorter_signals_gets_them_as_they_are() -> None:
    positions, steps = window_positions(60, 10, 10.0, "x", taken_from_s=5.0)
    assert positions.shape == (1, 60) and steps == []
    positions, steps = window_positions(40, 10, 10.0, "x", taken_from_s=5.0)
    assert positions.shape == (1, 100) and "repeated" in steps[0]
