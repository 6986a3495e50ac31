"""EDF and BDF: the reference is edfio's own writer, and the standard's integers."""

import numpy as np
import pytest

from formats.writers import plain
from formats.writers.ecg import NAMES, SIGNAL_MV
from twelvelead import formats


@pytest.mark.parametrize("bdf", [False, True])
def test_samples_names_and_what_is_left_out(bdf):
    recording = formats.read(plain.edf(bdf))
    assert (recording.signal_mv == SIGNAL_MV).all()
    assert recording.leads == tuple(f"ECG {name}" for name in NAMES) and recording.units == ("uV",) * 12
    assert recording.notes == ("1 other channels left out",)


def test_units_of_each_channel():
    data = plain.edf(other=False)
    place = 256 + 12 * 96  # physical dimensions follow labels (16) and transducers (80)
    millivolts = data[:place] + b"mV      " * 6 + data[place + 48 :]
    recording = formats.read(millivolts)
    assert np.allclose(recording.signal_mv[:, :6], SIGNAL_MV[:, :6] * 1000, rtol=1e-6, atol=1e-6)
    assert (recording.signal_mv[:, 6:] == SIGNAL_MV[:, 6:]).all()
