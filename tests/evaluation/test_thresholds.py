"""Thresholds by best F1 against a search over every possible cut."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from twelvelead.evaluation.thresholds import best_f1_thresholds


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 12))
def test_no_other_threshold_has_a_higher_f1(seed: int, count: int, levels: int) -> None:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, (count, 1)).astype(np.uint8)
    labels[:2, 0] = 0, 1
    scores = random.integers(0, levels + 1, (count, 1)) / levels
    (threshold,) = best_f1_thresholds(labels, scores)
    ours = f1_score(labels, scores >= threshold, zero_division=0)
    best = max(f1_score(labels, scores >= cut, zero_division=0) for cut in np.unique(scores))
    assert ours == best


def test_nothing_to_choose_gives_one_half() -> None:
    labels = np.array([[0, 1], [0, 1]], dtype=np.uint8)
    assert best_f1_thresholds(labels, np.array([[0.1, 0.2], [0.3, 0.4]])) == [0.5, 0.5]


def test_lies_between_two_scores() -> None:
    labels = np.array([[0], [0], [1], [1]], dtype=np.uint8)
    assert best_f1_thresholds(labels, np.array([[0.1], [0.3], [0.7], [0.9]])) == [0.5]


def test_neighbouring_numbers_are_still_told_apart() -> None:
    low = 0.3
    high = np.nextafter(low, 1)
    labels = np.array([[0], [1]], dtype=np.uint8)
    (threshold,) = best_f1_thresholds(labels, np.array([[low], [high]]))
    assert low < threshold <= high
