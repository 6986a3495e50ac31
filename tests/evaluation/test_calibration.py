"""Calibration against scikit-learn and against calibration that is known because it was put in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss

from twelvelead.errors import DataError
from twelvelead.evaluation.calibration import (
    BINS,
    apply_temperature,
    brier_scores,
    calibration_error,
    cross_entropy,
    fit_temperature,
    reliability,
)

SEEDS = st.integers(0, 2**32 - 1)


def _sample(seed: int, records: int, classes: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.integers(0, 2, (records, classes)).astype(np.uint8), random.random((records, classes))


@given(SEEDS, st.integers(1, 60))
def test_brier_and_cross_entropy_equal_scikit_learns(seed: int, records: int) -> None:
    labels, probabilities = _sample(seed, records, 3)
    expected = [brier_score_loss(labels[:, i], probabilities[:, i], pos_label=1) for i in range(3)]
    assert brier_scores(labels, probabilities) == pytest.approx(expected, abs=1e-12)
    losses = [log_loss(labels[:, i], probabilities[:, i], labels=[0, 1]) for i in range(3)]
    assert cross_entropy(labels, probabilities) == pytest.approx(np.mean(losses), abs=1e-9)


@given(SEEDS, st.integers(1, 60))
def test_the_bins_are_those_of_scikit_learn(seed: int, records: int) -> None:
    labels, probabilities = _sample(seed, records)
    bins = reliability(labels[:, 0], probabilities[:, 0])
    shares, means = calibration_curve(labels[:, 0], probabilities[:, 0], n_bins=BINS)
    assert [b.positive_share for b in bins] == pytest.approx(shares.tolist())
    assert [b.mean_probability for b in bins] == pytest.approx(means.tolist())
    assert sum(b.records for b in bins) == records
    counts = np.array([b.records for b in bins])
    assert calibration_error(bins) == pytest.approx(float(np.sum(counts * np.abs(shares - means)) / records))


def test_borders_and_ends_are_in_a_bin() -> None:
    probabilities = np.array([0.0, 0.1, 0.2, 1.0])
    bins = reliability(np.zeros(4, dtype=np.uint8), probabilities)
    assert [(round(b.low, 3), b.records) for b in bins] == [(0.0, 2), (0.1, 1), (0.9, 1)]
    assert calibration_error([]) is None


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_a_known_temperature_is_found(temperature: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (20_000, 2))
    labels = (random.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype(np.uint8)
    overconfident = 1 / (1 + np.exp(-logits * temperature))
    assert fit_temperature(labels, overconfident) == pytest.approx(temperature, rel=0.03)


@given(SEEDS)
def test_no_other_temperature_has_a_lower_loss(seed: int) -> None:
    labels, probabilities = _sample(seed, 40, 2)
    best = cross_entropy(labels, apply_temperature(probabilities, fit_temperature(labels, probabilities)))
    for other in (0.05, 0.3, 0.9, 1.1, 4.0, 20.0):
        assert best <= cross_entropy(labels, apply_temperature(probabilities, other)) + 1e-7


@given(SEEDS, st.floats(0.5, 10))
def test_a_temperature_keeps_ranks_and_can_be_taken_back(seed: int, temperature: float) -> None:
    _, probabilities = _sample(seed, 30)
    scaled = apply_temperature(probabilities, temperature)
    assert (np.argsort(scaled[:, 0]) == np.argsort(probabilities[:, 0])).all()
    assert apply_temperature(scaled, 1 / temperature) == pytest.approx(probabilities, abs=1e-6)


def test_certain_probabilities_stay_finite() -> None:
    labels = np.array([[1], [0]], dtype=np.uint8)
    certain = np.array([[0.0], [1.0]])
    assert np.isfinite(cross_entropy(labels, certain))
    assert np.isfinite(fit_temperature(labels, certain))
    with pytest.raises(DataError, match="without a validation record"):
        fit_temperature(np.zeros((0, 1), dtype=np.uint8), np.zeros((0, 1)))
