"""The loss against scikit-learn's log loss with sample weights."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from twelvelead.training.loss import LabelLoss, positive_weights

LABELS = np.random.default_rng(0).random((40, 3)) < [0.1, 0.5, 0.8]
LOGITS = np.random.default_rng(1).normal(size=LABELS.shape)


def both_sides(labels: np.ndarray, weights: np.ndarray) -> float:
    """The sum by scikit-learn, class by class."""
    scores = 1 / (1 + np.exp(-LOGITS))
    return sum(
        log_loss(labels[:, c], scores[:, c], sample_weight=np.where(labels[:, c], weights[c], 1), normalize=False)
        for c in range(labels.shape[1])
    )


def loss(weights: np.ndarray | None, smoothing: float = 0.0) -> float:
    of = LabelLoss(smoothing, None if weights is None else torch.from_numpy(weights).double())
    return float(of(torch.from_numpy(LOGITS), torch.from_numpy(LABELS).double()))


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    weights = positive_weights(LABELS.astype(np.uint8), "balanced")
    assert weights is not None
    for c in range(LABELS.shape[1]):
        negative, positive = compute_class_weight("balanced", classes=np.array([False, True]), y=LABELS[:, c])
        assert weights[c] == pytest.approx(positive / negative)


def test_the_loss_is_that_of_scikit_learn() -> None:
    weights = positive_weights(LABELS.astype(np.uint8), "balanced")
    assert weights is not None
    assert loss(None) == pytest.approx(both_sides(LABELS, np.ones(3)))
    assert loss(weights) == pytest.approx(both_sides(LABELS, weights))


def test_smoothed_labels_are_a_mean_of_both_answers() -> None:
    ones = np.ones(3)
    expected = 0.9 * both_sides(LABELS, ones) + 0.1 * both_sides(~LABELS, ones)
    assert loss(None, smoothing=0.2) == pytest.approx(expected)


def test_a_smoothed_label_weighs_what_it_weighed_before() -> None:
    weights = np.array([9.0, 1.0, 0.25], dtype=np.float32)
    scores = 1 / (1 + np.exp(-LOGITS))
    of_each = np.where(LABELS, weights, 1)
    expected = sum(
        share * log_loss(labels[:, c], scores[:, c], sample_weight=of_each[:, c], normalize=False)
        for share, labels in ((0.9, LABELS), (0.1, ~LABELS))
        for c in range(3)
    )
    assert loss(weights, smoothing=0.2) == pytest.approx(expected)


def test_soft_labels_weigh_by_their_share() -> None:
    logits, labels = torch.from_numpy(LOGITS), torch.from_numpy(LABELS * 0.7 + 0.1)
    weights = torch.tensor([9.0, 1.0, 0.25]).double()
    expected = functional.binary_cross_entropy_with_logits(logits, labels, reduction="sum", pos_weight=weights)
    torch.testing.assert_close(LabelLoss(0.0, weights)(logits, labels), expected)


def test_nothing_is_weighted_unless_asked_for() -> None:
    assert positive_weights(LABELS.astype(np.uint8), "none") is None


@given(arrays(np.uint8, (12, 4), elements=st.integers(0, 1)))
def test_both_sides_of_a_class_weigh_the_same(labels: np.ndarray) -> None:
    weights = positive_weights(labels, "balanced")
    assert weights is not None
    positives = labels.sum(axis=0)
    both = (positives > 0) & (positives < len(labels))
    np.testing.assert_allclose((weights * positives)[both], (len(labels) - positives)[both], rtol=1e-6)
    assert (weights[~both] == 1).all()
