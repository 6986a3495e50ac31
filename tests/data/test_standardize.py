import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from twelvelead.data import standardize
from twelvelead.data.standardize import Standardizer
from twelvelead.errors import DataError


def make(seed, records=7, samples=50, low=-2000, high=2000):
    return np.random.default_rng(seed).integers(low, high, (records, samples, 12)).astype(np.int16)


def check_against_sklearn(signals, rows):
    ours = Standardizer.fit(signals, np.asarray(rows))
    theirs = StandardScaler().fit(signals[rows].reshape(-1, 12).astype(np.float64) / 1000)
    assert np.allclose(ours.mean_mv, theirs.mean_, rtol=1e-12, atol=1e-12)
    assert np.allclose(ours.std_mv, theirs.scale_, rtol=1e-12, atol=1e-12)


@given(st.integers(0, 2**32), st.lists(st.integers(0, 6), min_size=1, max_size=20))
def test_as_scikit_learn_in_double_precision(seed, rows):
    check_against_sklearn(make(seed), rows)


@pytest.mark.parametrize("size", [1, 2, 3, 256])
def test_the_size_of_a_chunk_changes_nothing(monkeypatch, size):
    signals, rows = make(1), np.arange(7)
    whole = Standardizer.fit(signals, rows)
    monkeypatch.setattr(standardize, "CHUNK_RECORDS", size)
    again = Standardizer.fit(signals, rows[::-1])
    assert (again.mean_mv == whole.mean_mv).all() and (again.std_mv == whole.std_mv).all()


def test_only_the_given_rows_count():
    signals = make(2)
    fitted = Standardizer.fit(signals[:3], np.arange(3))
    signals[3:] = 30_000
    assert (Standardizer.fit(signals, np.arange(3)).std_mv == fitted.std_mv).all()


def test_a_lead_that_never_varies_gets_1_mv():
    signals = make(3)
    signals[..., 4], signals[..., 5] = 0, -32_000
    fitted = Standardizer.fit(signals, np.arange(7))
    assert fitted.std_mv[[4, 5]].tolist() == [1, 1] and fitted.mean_mv[5] == -32
    assert np.isfinite(fitted.apply(signals[0] / 1000)).all()
    check_against_sklearn(signals, np.arange(7))


def test_a_huge_offset_does_not_cancel_a_small_deviation():
    signals = np.full((300, 50, 12), 32_766, np.int16)
    signals[:, ::2] += 1
    fitted = Standardizer.fit(signals, np.arange(300))
    assert (fitted.mean_mv == 32.7665).all() and (fitted.std_mv == 0.0005).all()


def test_standardised_signals_have_mean_0_and_deviation_1():
    signals = make(4)
    made = Standardizer.fit(signals, np.arange(7)).apply(signals / 1000)
    assert made.shape == signals.shape and made.dtype == np.float32
    assert np.allclose(made.mean(axis=(0, 1)), 0, atol=1e-6) and np.allclose(made.std(axis=(0, 1)), 1, atol=1e-6)


def test_no_record_is_an_error():
    with pytest.raises(DataError, match="at least one training record"):
        Standardizer.fit(make(0), np.array([], dtype=np.int64))
