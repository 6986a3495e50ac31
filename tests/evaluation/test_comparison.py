"""The paired comparison against DeLong's test, a plain loop, and models that are known to be equal."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from twelvelead.evaluation.bootstrap import draw_resamples
from twelvelead.evaluation.comparison import compare_scores


def _sample(seed: int, records: int = 400, gain: float = 0.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels and two correlated models, the second one better by `gain`."""
    random = np.random.default_rng(seed)
    labels = (random.random((records, 2)) < 0.3).astype(np.uint8)
    shared = random.normal(size=labels.shape) + labels
    one, other = (shared + random.normal(size=labels.shape) + k * labels for k in (0, gain))
    return labels, 1 / (1 + np.exp(-one)), 1 / (1 + np.exp(-other))


def _delong(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Difference of two AUCs and its standard error (DeLong et al. 1988, doi:10.2307/2531595), pair by pair."""
    wins = [
        np.sign(scores[labels == 1][:, None] - scores[labels == 0][None, :]) / 2 + 0.5 for scores in (first, second)
    ]
    difference = wins[1] - wins[0]
    by_positive, by_negative = difference.mean(axis=1), difference.mean(axis=0)
    variance = by_positive.var(ddof=1) / len(by_positive) + by_negative.var(ddof=1) / len(by_negative)
    return float(difference.mean()), math.sqrt(variance)


def test_the_interval_is_delongs_within_the_bootstraps_noise() -> None:
    labels, first, second = _sample(0)
    found = compare_scores(labels, first, second, ["A", "B"], draw_resamples(np.arange(400), 4000))["auc"]
    for i, row in enumerate(found["classes"].values()):
        difference, error = _delong(labels[:, i], first[:, i], second[:, i])
        assert row["difference"] == pytest.approx(difference, abs=1e-12)
        width = row["interval"]["high"] - row["interval"]["low"]
        assert width == pytest.approx(2 * 1.96 * error, rel=0.08)
        normal = math.erfc(abs(difference) / error / math.sqrt(2))
        assert row["p_value"] == pytest.approx(normal, abs=0.02)


def test_each_difference_is_of_the_same_resample() -> None:
    labels, first, second = _sample(3, 120)
    resamples = draw_resamples(np.arange(120) // 2, 60, 1)
    found = compare_scores(labels, first, second, ["A", "B"], resamples)["auc"]
    differences = np.array(
        [
            [
                roc_auc_score(labels[:, i], second[:, i], sample_weight=weights)
                - roc_auc_score(labels[:, i], first[:, i], sample_weight=weights)
                for i in range(2)
            ]
            for weights in resamples.weights
        ]
    )
    for values, row in ((differences[:, 0], found["classes"]["A"]), (differences.mean(axis=1), found["macro"])):
        assert [row["interval"]["low"], row["interval"]["high"]] == pytest.approx(
            np.percentile(values, [2.5, 97.5]).tolist()
        )
        least = min((values <= 0).sum(), (values >= 0).sum())
        assert row["p_value"] == pytest.approx(min(1, 2 * (least + 1) / 61))


@given(st.integers(0, 2**32 - 1))
def test_the_other_way_round_is_the_same_with_the_other_sign(seed: int) -> None:
    labels, first, second = _sample(seed, 60)
    resamples = draw_resamples(np.arange(60), 50, 0)
    one, other = (compare_scores(labels, *pair, ["A", "B"], resamples) for pair in ((first, second), (second, first)))
    for metric in ("auc", "average_precision"):
        a, b = one[metric]["macro"], other[metric]["macro"]
        assert a["difference"] == pytest.approx(-b["difference"])
        assert a["p_value"] == b["p_value"]
        assert a["interval"]["low"] == pytest.approx(-b["interval"]["high"])


def test_equal_models_do_not_differ_and_undefined_classes_are_left_out() -> None:
    labels, first, _ = _sample(0)
    labels[:, 1] = 0
    found = compare_scores(labels, first, first, ["A", "B"], draw_resamples(np.arange(400), 100))["auc"]
    assert found["macro"]["difference"] == 0 and found["macro"]["p_value"] == 1
    assert found["classes_scored"] == 1
    assert found["classes"]["B"]["p_value"] is None and found["classes"]["B"]["interval"] is None


def test_holm_multiplies_the_smallest_by_the_number_of_classes() -> None:
    labels, first, second = _sample(5, gain=0.3)
    rows = compare_scores(labels, first, second, ["A", "B"], draw_resamples(np.arange(400), 500))["auc"]["classes"]
    small, large = sorted(rows.values(), key=lambda row: row["p_value"])
    assert small["p_value_holm"] == pytest.approx(min(1, 2 * small["p_value"]))
    assert large["p_value_holm"] == pytest.approx(max(small["p_value_holm"], large["p_value"]))
