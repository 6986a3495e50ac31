"""Decisions against scikit-learn, their intervals against copied records, and Fmax against its definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from twelvelead.evaluation.bootstrap import draw_resamples
from twelvelead.evaluation.decisions import sample_centric_fmax, score_decisions

SEEDS = st.integers(0, 2**32 - 1)


def _sample(seed: int, records: int = 60) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = (random.random((records, 3)) < 0.4).astype(np.uint8)
    labels[:2] = [[0, 0, 0], [1, 1, 1]]
    return labels, np.round(random.random((records, 3)), 2)


@settings(max_examples=25)
@given(SEEDS)
def test_rates_equal_scikit_learns(seed: int) -> None:
    labels, scores = _sample(seed)
    found = score_decisions(labels, scores, ["A", "B", "C"], [0.3, 0.5, 0.7], None)
    decisions = scores >= np.array([0.3, 0.5, 0.7])
    for i, of_class in enumerate(found["classes"].values()):
        truth, decided = labels[:, i], decisions[:, i]
        assert of_class["sensitivity"] == pytest.approx(recall_score(truth, decided), abs=1e-12)
        assert of_class["specificity"] == pytest.approx(recall_score(truth, decided, pos_label=0), abs=1e-12)
        assert of_class["f1"] == pytest.approx(f1_score(truth, decided), abs=1e-12)
        if decided.any():
            assert of_class["precision"] == pytest.approx(precision_score(truth, decided), abs=1e-12)
    assert found["macro_f1"] == pytest.approx(f1_score(labels, decisions, average="macro"), abs=1e-12)


def test_intervals_are_those_of_a_loop_over_copied_records() -> None:
    labels, scores = _sample(1, 200)
    resamples = draw_resamples(np.arange(200) // 2, 60, 5)
    thresholds = [0.3, 0.5, 0.7]
    found = score_decisions(labels, scores, ["A", "B", "C"], thresholds, resamples)
    loop: dict[str, list[float]] = {"sensitivity": [], "specificity": [], "precision": [], "f1": []}
    macro = []
    for weights in resamples.weights:
        copies = np.repeat(np.arange(200), weights)
        truth, decided = labels[copies], scores[copies] >= np.array(thresholds)
        loop["sensitivity"].append(recall_score(truth[:, 1], decided[:, 1]))
        loop["specificity"].append(recall_score(truth[:, 1], decided[:, 1], pos_label=0))
        loop["precision"].append(precision_score(truth[:, 1], decided[:, 1]))
        loop["f1"].append(f1_score(truth[:, 1], decided[:, 1]))
        macro.append(f1_score(truth, decided, average="macro"))
    for kind, values in loop.items():
        interval = found["classes"]["B"][f"{kind}_interval"]
        assert [interval["low"], interval["high"]] == pytest.approx(np.percentile(values, [2.5, 97.5]).tolist())
    interval = found["macro_f1_interval"]
    assert [interval["low"], interval["high"]] == pytest.approx(np.percentile(macro, [2.5, 97.5]).tolist())


@given(SEEDS)
def test_fmax_is_the_best_mean_over_records(seed: int) -> None:
    labels, scores = _sample(seed, 20)
    best = 0.0
    for cut in np.arange(101) / 100:
        precisions, recalls = [], []
        for truth, score in zip(labels, scores):
            chosen = {i for i in range(3) if score[i] >= cut}
            true = {i for i in range(3) if truth[i]}
            if chosen:
                precisions.append(len(chosen & true) / len(chosen))
            if true:
                recalls.append(len(chosen & true) / len(true))
        if precisions and sum(recalls):
            p, r = np.mean(precisions), np.mean(recalls)
            best = max(best, 2 * p * r / (p + r))
    assert sample_centric_fmax(labels, scores) == pytest.approx(best, abs=1e-12)


def test_a_class_without_positives_has_no_sensitivity() -> None:
    labels = np.zeros((10, 1), dtype=np.uint8)
    resamples = draw_resamples(np.arange(10), 50)
    found = score_decisions(labels, np.linspace(0, 1, 10)[:, None], ["A"], [0.5], resamples)
    assert found["classes"]["A"]["sensitivity"] is None
    assert found["classes"]["A"]["sensitivity_interval"] is None
    assert found["macro_f1"] is None and found["macro_f1_interval"] is None
    assert sample_centric_fmax(labels, np.zeros((10, 1))) is None
