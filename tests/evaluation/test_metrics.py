"""Metrics against scikit-learn, ties and one-sided classes included."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import average_precision_score, confusion_matrix, f1_score, roc_auc_score
from sklearn.metrics import roc_curve as sklearn_roc_curve

from twelvelead.errors import DataError
from twelvelead.evaluation import metrics


@st.composite
def scored(draw: st.DrawFn) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Labels with both values, and scores of which many are equal."""
    count = draw(st.integers(2, 60))
    labels = np.array(draw(st.lists(st.integers(0, 1), min_size=count, max_size=count)), dtype=np.uint8)
    labels[:2] = 0, 1
    levels = draw(st.integers(1, 20))
    scores = draw(st.lists(st.integers(0, levels), min_size=count, max_size=count))
    return labels, np.array(scores) / levels


@given(scored())
def test_auc_equals_scikit_learn(case: tuple[NDArray[np.uint8], NDArray[np.float64]]) -> None:
    assert metrics.auc(*case) == pytest.approx(roc_auc_score(*case), abs=1e-12)


@given(scored())
def test_average_precision_equals_scikit_learn(case: tuple[NDArray[np.uint8], NDArray[np.float64]]) -> None:
    if case[0].all():
        return
    assert metrics.average_precision(*case) == pytest.approx(average_precision_score(*case), abs=1e-12)


@given(scored())
def test_area_below_the_curve_is_the_auc(case: tuple[NDArray[np.uint8], NDArray[np.float64]]) -> None:
    false, true = metrics.roc_curve(*case)
    assert np.trapezoid(true, false) == pytest.approx(metrics.auc(*case), abs=1e-12)
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)


@given(scored(), st.floats(0, 1))
def test_decisions_equal_scikit_learn(case: tuple[NDArray[np.uint8], NDArray[np.float64]], threshold: float) -> None:
    labels, scores = case
    (found,) = metrics.confusions(labels[:, None], scores[:, None], threshold)
    np.testing.assert_array_equal(found.matrix, confusion_matrix(labels, scores >= threshold, labels=[0, 1]))
    assert found.f1 == pytest.approx(f1_score(labels, scores >= threshold, zero_division=0), abs=1e-12)


@pytest.mark.parametrize("value", [0, 1])
def test_a_class_with_one_value_only_has_no_score(value: int) -> None:
    labels, scores = np.full(4, value, dtype=np.uint8), np.linspace(0, 1, 4)
    assert metrics.auc(labels, scores) is None
    assert metrics.average_precision(labels, scores) is None


@pytest.mark.parametrize("value", [0, 1])
def test_rates_of_records_that_are_not_there_are_no_numbers_as_scikit_learns(value: int) -> None:
    labels, scores = np.full(4, value, dtype=np.uint8), np.array([0.1, 0.4, 0.4, 0.9])
    with pytest.warns(UndefinedMetricWarning):
        false, true, _ = sklearn_roc_curve(labels, scores, drop_intermediate=False)
    for found, expected in zip(metrics.roc_curve(labels, scores), (false, true)):
        np.testing.assert_array_equal(found, expected)
    recall, precision, _ = metrics.precision_recall_curve(labels, scores)
    assert np.isnan(recall).all() == (not value)
    np.testing.assert_array_equal(precision, np.full(3, value))


@pytest.mark.parametrize("metric", [metrics.auc, metrics.average_precision, metrics.roc_curve])
def test_scores_that_are_no_numbers_are_refused(metric: Callable[..., object]) -> None:
    with pytest.raises(DataError, match="1 of 4 scores are no numbers"):
        metric(np.array([0, 1, 0, 1], dtype=np.uint8), np.array([0.1, np.nan, 0.3, 0.4]))


def test_macro_counts_what_it_averages() -> None:
    assert metrics.macro([0.5, None, 1.0]) == (0.75, 2)
    assert metrics.macro([None]) == (None, 0)


def test_macro_auc_is_scikit_learns_over_the_classes_that_have_both_kinds():
    rng = np.random.default_rng(0)
    labels = (rng.random((60, 4)) < 0.4).astype(np.uint8)
    labels[:, 2] = 1
    scores = rng.random((60, 4))
    scored = [0, 1, 3]
    assert metrics.macro_auc(labels, scores) == pytest.approx(roc_auc_score(labels[:, scored], scores[:, scored]))
    assert metrics.macro_auc(labels[:, [2]], scores[:, [2]]) is None
