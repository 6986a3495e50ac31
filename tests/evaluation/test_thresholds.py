"""Each rule against a search over every possible cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from twelvelead.errors import ConfigError
from twelvelead.evaluation.thresholds import BEST_F1, ThresholdRule, choose_thresholds, parse_rule

SEEDS = st.integers(0, 2**32 - 1)
SHARES = st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0])


def _sample(seed: int, count: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, (count, 1)).astype(np.uint8)
    labels[:2, 0] = 0, 1
    return labels, random.integers(0, levels + 1, (count, 1)) / levels


def _rates(labels: np.ndarray, decisions: np.ndarray) -> tuple[float, float]:
    """Sensitivity and specificity by their definition."""
    return decisions[labels == 1].mean(), (~decisions[labels == 0]).mean()


def _all_rates(labels: np.ndarray, scores: np.ndarray) -> list[tuple[float, float]]:
    return [_rates(labels, scores >= cut) for cut in (*np.unique(scores), 2.0)]


@given(SEEDS, st.integers(2, 40), st.integers(1, 12))
def test_no_other_threshold_has_a_higher_f1(seed: int, count: int, levels: int) -> None:
    labels, scores = _sample(seed, count, levels)
    (threshold,) = choose_thresholds(labels, scores)
    ours = f1_score(labels, scores >= threshold, zero_division=0)
    best = max(f1_score(labels, scores >= cut, zero_division=0) for cut in np.unique(scores))
    assert ours == pytest.approx(best, abs=1e-12)


@given(SEEDS, st.integers(2, 40), st.integers(1, 12))
def test_no_other_threshold_has_a_higher_youden_index(seed: int, count: int, levels: int) -> None:
    labels, scores = _sample(seed, count, levels)
    (threshold,) = choose_thresholds(labels, scores, ThresholdRule("youden"))
    best = max(sum(rates) for rates in _all_rates(labels, scores))
    assert sum(_rates(labels, scores >= threshold)) == pytest.approx(best, abs=1e-12)


@given(SEEDS, st.integers(2, 40), st.integers(1, 12), SHARES)
def test_wanted_sensitivity_is_reached_with_the_best_specificity(
    seed: int, count: int, levels: int, wanted: float
) -> None:
    labels, scores = _sample(seed, count, levels)
    (threshold,) = choose_thresholds(labels, scores, ThresholdRule("sensitivity", wanted))
    sensitivity, specificity = _rates(labels, scores >= threshold)
    assert sensitivity >= wanted - 1e-8
    assert specificity == max(other for found, other in _all_rates(labels, scores) if found >= wanted - 1e-8)


@given(SEEDS, st.integers(2, 40), st.integers(1, 12), SHARES)
def test_wanted_specificity_is_reached_with_the_best_sensitivity(
    seed: int, count: int, levels: int, wanted: float
) -> None:
    labels, scores = _sample(seed, count, levels)
    (threshold,) = choose_thresholds(labels, scores, ThresholdRule("specificity", wanted))
    sensitivity, specificity = _rates(labels, scores >= threshold)
    assert specificity >= wanted - 1e-8
    assert sensitivity == max(found for found, other in _all_rates(labels, scores) if other >= wanted - 1e-8)


def test_a_share_that_is_no_binary_fraction_costs_no_record() -> None:
    labels = np.array([[0]] * 10 + [[1]], dtype=np.uint8)
    scores = np.append(np.linspace(0, 0.9, 10), 0.85)[:, None]
    (threshold,) = choose_thresholds(labels, scores, ThresholdRule("specificity", 0.9))
    assert (scores >= threshold).sum() == 2


@pytest.mark.parametrize("kind", ["f1", "youden"])
def test_nothing_to_choose_gives_one_half(kind: str) -> None:
    labels = np.array([[0, 1], [0, 1]], dtype=np.uint8)
    assert choose_thresholds(labels, np.array([[0.1, 0.2], [0.3, 0.4]]), ThresholdRule(kind)) == [0.5, 0.5]


def test_lies_between_two_scores() -> None:
    labels = np.array([[0], [0], [1], [1]], dtype=np.uint8)
    assert choose_thresholds(labels, np.array([[0.1], [0.3], [0.7], [0.9]])) == [0.5]


def test_neighbouring_numbers_are_still_told_apart() -> None:
    low = 0.3
    high = np.nextafter(low, 1)
    labels = np.array([[0], [1]], dtype=np.uint8)
    (threshold,) = choose_thresholds(labels, np.array([[low], [high]]))
    assert low < threshold <= high


@pytest.mark.parametrize("text", ["f1", "youden", "sensitivity=0.9", "specificity=0.95", "sensitivity=1"])
def test_rules_are_read_as_they_are_typed(text: str) -> None:
    rule = parse_rule(text)
    assert rule.name == text
    assert "validation part" in rule.description
    assert (rule == BEST_F1) == (text == "f1")


@pytest.mark.parametrize(
    "text", ["", "F2", "f1=0.5", "sensitivity", "sensitivity=0", "specificity=1.5", "sensitivity=nan"]
)
def test_another_rule_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="allowed is f1, youden, sensitivity=SHARE"):
        parse_rule(text)
