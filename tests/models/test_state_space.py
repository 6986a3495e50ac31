"""The two forms of the state space layer, against each other and against SciPy's simulation of the same system."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from twelvelead.models.state_space import StateSpace


@given(channels=st.integers(1, 4), state=st.integers(1, 6), time=st.integers(1, 80), seed=st.integers(0, 2**31))
@settings(max_examples=30)
def test_convolution_and_recurrence_are_equal(channels: int, state: int, time: int, seed: int) -> None:
    torch.manual_seed(seed)
    layer = StateSpace(channels, state)
    u = torch.randn(2, channels, time)
    with torch.no_grad():
        torch.testing.assert_close(layer(u), layer.recurrent(u), atol=2e-4, rtol=1e-3)


def test_it_is_the_system_that_scipy_simulates() -> None:
    torch.manual_seed(1)
    layer = StateSpace(1, 3).requires_grad_(False)
    u = np.random.default_rng(0).normal(size=60)
    with torch.no_grad():
        mine = layer(torch.tensor(u[None, None], dtype=torch.float32))[0, 0].numpy()
        step = float(layer.log_step.exp())
        a = np.diag((-layer.log_decay.exp() + 1j * layer.frequency)[0].numpy())
        c = torch.view_as_complex(layer.readout)[0].numpy()
    matrices = signal.cont2discrete((a, np.ones((3, 1)), c[None], np.zeros((1, 1))), step, method="zoh")[:2]
    state, expected = np.zeros(3, dtype=complex), []
    for value in u:
        state = matrices[0] @ state + matrices[1][:, 0] * value
        expected.append(2 * (c @ state).real + float(layer.direct) * value)
    np.testing.assert_allclose(mine, expected, atol=1e-4)


def test_it_looks_at_the_past_only() -> None:
    torch.manual_seed(0)
    layer = StateSpace(2)
    u = torch.randn(1, 2, 50)
    changed = u.clone()
    changed[..., 30:] = 9.0
    with torch.no_grad():
        torch.testing.assert_close(layer(u)[..., :30], layer(changed)[..., :30], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("time", [1, 7, 250])
def test_the_impulse_response_answers_an_impulse(time: int) -> None:
    torch.manual_seed(0)
    layer = StateSpace(2)
    u = torch.zeros(1, 2, time)
    u[..., 0] = 1.0
    with torch.no_grad():
        expected = layer.impulse_response(time).clone()
        expected[:, 0] += layer.direct
        torch.testing.assert_close(layer(u)[0], expected, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("time", [1, 7, 250])
def test_frozen_it_gives_the_same(time: int) -> None:
    torch.manual_seed(0)
    layer = StateSpace(2)
    u = torch.randn(3, 2, time)
    with torch.no_grad():
        torch.testing.assert_close(layer.frozen(time)(u), layer(u), atol=1e-5, rtol=1e-4)
