"""A calibration pulse at an end is cut off; an ECG never is."""

import numpy as np
import pytest

from twelvelead.data.simulate import simulate_ecg
from twelvelead.formats.recording import Recording
from twelvelead.inference.calibration_pulse import without_calibration_pulse
from twelvelead.leads import LEADS

PULSE = np.concatenate([np.zeros(175), np.ones(100), np.zeros(225)]).astype(np.float32)[:, None] * np.ones(
    12, np.float32
)


def recording(signal: np.ndarray) -> Recording:
    return Recording(signal, 500, LEADS, "made up")


@pytest.fixture(scope="module")
def ecg() -> np.ndarray:
    return simulate_ecg(["NORM"], seed=3)


def test_a_pulse_at_either_end_is_left_out(ecg: np.ndarray) -> None:
    for parts, word in (([ecg, PULSE], "last"), ([PULSE, ecg], "first")):
        cut, steps = without_calibration_pulse(recording(np.concatenate(parts)))
        np.testing.assert_array_equal(cut.signal_mv, ecg)
        assert steps == [f"the {word} 1.00 s left out: a calibration pulse"]


def test_an_ecg_stays_as_it_is(ecg: np.ndarray) -> None:
    for signal in (ecg, np.concatenate([ecg, PULSE * 0]), np.zeros_like(ecg), np.full_like(ecg, np.nan), ecg[:, :1]):
        kept, steps = without_calibration_pulse(recording(signal))
        assert kept.signal_mv is signal and steps == []
