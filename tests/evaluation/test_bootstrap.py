"""The bootstrap over patients against scikit-learn on each resample, and against its own definition."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from twelvelead.evaluation import bootstrap
from twelvelead.evaluation.bootstrap import (
    Resamples,
    draw_resamples,
    interval,
    macro_values,
    resampled_counts,
    resampled_means,
    weighted_auc,
    weighted_average_precision,
)
from twelvelead.evaluation.metrics import auc, average_precision


@pytest.mark.parametrize("few", [0, 5, 200], ids=["ranks", "mixed", "pairs"])
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), records=st.integers(4, 40), levels=st.sampled_from([1, 3, 10, 10**6]))
def test_each_resample_equals_scikit_learn_with_its_weights(
    few: int, seed: int, records: int, levels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "FEW", few)
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, records).astype(np.uint8)
    scores = random.integers(0, levels + 1, records) / levels
    resamples = draw_resamples(random.integers(0, 5, records), 7, seed)
    areas = weighted_auc(labels, scores, resamples)
    precisions = weighted_average_precision(labels, scores, resamples)
    for weights, area, precision in zip(resamples.weights, areas, precisions):
        drawn = weights > 0
        if len(set(labels[drawn])) < 2:
            assert np.isnan(area)
            assert np.isnan(precision)
            continue
        assert area == pytest.approx(roc_auc_score(labels, scores, sample_weight=weights), abs=1e-12)
        expected = average_precision_score(labels, scores, sample_weight=weights)
        assert precision == pytest.approx(expected, abs=1e-12)


def test_every_record_once_gives_the_metric_itself() -> None:
    random = np.random.default_rng(0)
    labels, scores = random.integers(0, 2, 50).astype(np.uint8), random.random(50)
    once = Resamples(np.ones((1, 50), dtype=np.uint16), np.arange(50))
    assert weighted_auc(labels, scores, once)[0] == pytest.approx(auc(labels, scores), abs=1e-12)
    found = weighted_average_precision(labels, scores, once)[0]
    assert found == pytest.approx(average_precision(labels, scores), abs=1e-12)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(0, 1000))
def test_patients_are_drawn_whole_and_as_many_as_there_are(patients: list[int], seed: int) -> None:
    _, numbers = np.unique(patients, return_inverse=True)
    resamples = draw_resamples(numbers, 20, seed)
    for weights in resamples.weights:
        copies = {number: set(weights[numbers == number].tolist()) for number in numbers}
        assert all(len(found) == 1 for found in copies.values())
        assert sum(found.pop() for found in copies.values()) == numbers.max() + 1


def test_records_of_one_patient_widen_the_interval() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(random.integers(0, 2, 60), 5).astype(np.uint8)
    scores = np.repeat(random.random(60), 5)
    widths = []
    for patients in (np.arange(300), np.repeat(np.arange(60), 5)):
        found = interval(weighted_auc(labels, scores, draw_resamples(patients, 500)))
        assert found is not None
        widths.append(found.high - found.low)
    assert widths[1] > 1.8 * widths[0]  # theory: the square root of five


def test_a_resample_without_a_class_is_left_out_and_counted() -> None:
    values = np.array([0.5, np.nan, 0.7, 0.9])
    found = interval(values)
    assert found is not None
    assert found.resamples == 3
    assert 0.5 <= found.low < found.high <= 0.9
    assert interval(np.full(3, np.nan)) is None


def test_the_macro_mean_fills_an_undefined_class_from_its_next_defined_resample() -> None:
    rare = np.array([np.nan, 0.5, np.nan, 0.7, np.nan])
    common = np.array([1.0, 0.9, 0.8, 0.7, 0.6])
    filled = np.array([0.5, 0.5, 0.7, 0.7, 0.5])
    assert macro_values([rare, common]) == pytest.approx((filled + common) / 2)
    assert np.isnan(macro_values([np.full(5, np.nan), common])).all()


@given(st.integers(0, 2**32 - 1))
def test_counts_and_means_are_those_of_the_copied_records(seed: int) -> None:
    random = np.random.default_rng(seed)
    marked, values = random.random((30, 3)) < 0.3, random.random((30, 3))
    resamples = draw_resamples(random.permutation(30) // 2, 5, seed)
    for weights, counts, means in zip(
        resamples.weights, resampled_counts(marked, resamples), resampled_means(values, resamples)
    ):
        copies = np.repeat(np.arange(30), weights)
        assert counts.tolist() == marked[copies].sum(axis=0).tolist()
        assert means == pytest.approx(values[copies].mean(axis=0))


def test_the_macro_interval_of_rare_classes_is_centred_on_the_estimate() -> None:
    """Half of the resamples have no positive of one class or another, and the rare classes are the easy ones."""
    random = np.random.default_rng(0)
    labels = np.zeros((400, 6), dtype=np.uint8)
    for column, positives in enumerate((2, 2, 3, 3, 100, 150)):
        labels[random.choice(400, positives, replace=False), column] = 1
    scores = random.normal(size=labels.shape) + labels * np.array([4, 4, 4, 4, 0.5, 0.5])
    resamples = draw_resamples(np.arange(400), 2000, 0)
    values = macro_values([weighted_auc(labels[:, i], scores[:, i], resamples) for i in range(6)])
    estimate = np.mean([roc_auc_score(labels[:, i], scores[:, i]) for i in range(6)])
    assert np.isfinite(values).all()
    assert values.mean() == pytest.approx(estimate, abs=0.003)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_the_interval_is_numpys_percentiles(values: list[float]) -> None:
    found = interval(np.array(values))
    assert found is not None
    assert [found.low, found.high] == pytest.approx(np.percentile(values, [2.5, 97.5]).tolist())
