"""What every simulated recording obeys, whatever it shows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twelvelead.data.simulate import simulate_ecg
from twelvelead.data.simulate.signs import SIGNS
from twelvelead.data.simulate.wfdb_files import to_units
from twelvelead.data.statements import STATEMENTS
from twelvelead.errors import ConfigError, DataError

CODES = [s.code for s in STATEMENTS]


@pytest.mark.parametrize("code", CODES)
def test_einthoven_and_goldberger_hold_with_noise(code):
    signal = simulate_ecg([code], seed=1, severity=1.2, rate_hz=100)
    assert signal.shape == (1000, 12)
    assert signal.dtype == np.float32
    assert 0.1 < np.abs(signal).max() < 12
    one, two, three, avr, avl, avf = signal.T[:6]
    np.testing.assert_allclose(three, two - one, atol=1e-5)
    np.testing.assert_allclose(avr, -(one + two) / 2, atol=1e-5)
    np.testing.assert_allclose(avl, one - two / 2, atol=1e-5)
    np.testing.assert_allclose(avf, two - one / 2, atol=1e-5)


def test_integers_keep_einthoven_exactly_and_goldberger_to_half_a_unit():
    units = to_units(simulate_ecg(["NORM"], seed=2).astype(float)).astype(int)
    one, two, three, avr, avl, avf = units.T[:6]
    assert np.array_equal(three, two - one)
    for derived, exact in [(avr, -(one + two)), (avl, 2 * one - two), (avf, 2 * two - one)]:
        assert np.abs(2 * derived - exact).max() <= 1


@pytest.mark.parametrize("code", [c for c in CODES if c not in ("NORM", "SR")])
def test_every_code_has_a_sign(code):
    with_sign = simulate_ecg([code], seed=3, noise=False, rate_hz=100)
    assert not np.array_equal(with_sign, simulate_ecg(["NORM"], seed=3, noise=False, rate_hz=100))


@settings(max_examples=25, deadline=None)
@given(
    codes=st.sets(st.sampled_from(CODES), max_size=8),
    seed=st.integers(0, 2**32),
    severity=st.floats(0, 1.5),
)
def test_any_set_of_codes_gives_a_finite_signal(codes, seed, severity):
    signal = simulate_ecg(codes, seed=seed, severity=severity, rate_hz=100, seconds=4)
    assert signal.shape == (400, 12)
    assert np.isfinite(signal).all()
    assert signal.std(axis=0).min() > 0


def test_same_seed_same_signal_other_seed_other_signal():
    first = simulate_ecg(["IMI"], seed=4)
    assert np.array_equal(first, simulate_ecg(["IMI"], seed=4))
    assert not np.array_equal(first, simulate_ecg(["IMI"], seed=5))


def test_rates_show_the_same_recording():
    slow, fast = (simulate_ecg(["NORM"], seed=6, noise=False, rate_hz=r) for r in (100, 500))
    # The filter takes the tips of the QRS complexes; away from them both are the same.
    assert np.median(np.abs(slow - fast[::5])) < 0.002
    assert np.abs(slow - fast[::5]).max() < 0.35


def test_severity_from_likelihoods_is_drawn_once_per_seed():
    sure = {"LVH": 100.0, "SR": 0.0}
    first = simulate_ecg(sure, seed=7, severity=None)
    assert np.array_equal(first, simulate_ecg(sure, seed=7, severity=None))
    assert not np.array_equal(first, simulate_ecg({"LVH": 15.0, "SR": 0.0}, seed=7, severity=None))


def test_one_code_may_be_given_as_text():
    assert np.array_equal(simulate_ecg("AFIB", seed=8), simulate_ecg(["AFIB"], seed=8))


def test_unknown_code_is_refused():
    with pytest.raises(DataError, match="'STEMI' is none of the 71"):
        simulate_ecg(["STEMI"], seed=0)


@pytest.mark.parametrize("wrong", [{"rate_hz": 10}, {"seconds": 0}, {"severity": 3.0}])
def test_out_of_range_is_refused(wrong):
    with pytest.raises(ConfigError, match=f"{next(iter(wrong))} is"):
        simulate_ecg(["NORM"], seed=0, **wrong)


def test_signs_are_those_of_the_statements():
    assert set(SIGNS) == set(CODES)
