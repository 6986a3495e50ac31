import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.models.sliding import mean_probability_logits, sliding_windows, window_starts


@given(time=st.integers(1, 400), length=st.integers(1, 400))
def test_windows_cover_the_signal_from_its_first_to_its_last_sample(time, length):
    if length > time:
        return
    starts = window_starts(time, length)
    assert starts[0] == 0 and starts[-1] + length == time
    steps = np.diff(starts)
    assert (steps > 0).all() and (steps <= max(1, length // 2)).all()


def test_ptbxl_windows_are_the_benchmarks():
    assert window_starts(1000, 250) == [0, 125, 250, 375, 500, 625, 750]


def test_windows_are_pieces_of_the_signal():
    signal = torch.arange(20.0).reshape(1, 10, 2)
    windows = sliding_windows(signal, 4)
    assert windows.shape == (1, 4, 4, 2)
    assert windows[0, :, 0, 0].tolist() == [0, 4, 8, 12]
    assert torch.equal(sliding_windows(signal, 10), signal[:, None])
    assert torch.equal(sliding_windows(signal, 99), signal[:, None])


@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_the_joined_logits_are_those_of_the_mean_probability(scale):
    torch.manual_seed(0)
    logits = torch.randn(3, 7, 5, dtype=torch.float64) * scale
    mean = torch.sigmoid(logits).mean(dim=1)
    torch.testing.assert_close(torch.sigmoid(mean_probability_logits(logits)), mean)


def test_extreme_logits_stay_finite():
    logits = torch.tensor([[[200.0], [180.0]], [[-200.0], [-180.0]]])
    joined = mean_probability_logits(logits)
    assert torch.isfinite(joined).all() and joined[0] > 100 and joined[1] < -100
