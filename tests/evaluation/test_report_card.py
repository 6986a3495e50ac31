"""The dictionary of metrics of a part."""

import json

import numpy as np
import pytest
from sklearn.metrics import classification_report, roc_auc_score

from twelvelead.evaluation.bootstrap import draw_resamples
from twelvelead.evaluation.report_card import report_card


def card() -> tuple[dict, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, (40, 3)).astype(np.uint8)
    labels[:6] = 0
    labels[:, 2] = 0
    scores = random.random((40, 3))
    return report_card(labels, scores, ["A", "B", "C"], [0.4, 0.5, 0.6]), labels, scores


def test_macro_is_over_the_classes_that_have_both_values() -> None:
    found, labels, scores = card()
    assert found["classes"]["C"]["auc"] is None
    assert found["classes_scored"] == 2
    assert found["macro_auc"] == pytest.approx(roc_auc_score(labels[:, :2], scores[:, :2], average="macro"))


def test_both_protocols_are_there() -> None:
    found, labels, scores = card()
    labelled = labels.any(axis=1)
    assert found["unlabelled"] == (~labelled).sum() >= 6
    assert found["labelled_only"]["records"] == labelled.sum()
    expected = roc_auc_score(labels[labelled, 0], scores[labelled, 0])
    assert found["labelled_only"]["classes"]["A"]["auc"] == pytest.approx(expected)


def test_it_is_valid_json() -> None:
    found, labels, _ = card()
    again = json.loads(json.dumps(found, allow_nan=False))
    assert again["at_0.5"]["classes"]["A"]["threshold"] == 0.5
    assert again["at_thresholds"]["classes"]["A"]["threshold"] == 0.4
    assert np.sum(again["at_0.5"]["classes"]["B"]["confusion"]) == len(labels)


@pytest.mark.parametrize("value", [0, 1])
def test_a_single_record_has_no_ranking_and_is_valid_json(value: int) -> None:
    labels, scores = np.full((1, 2), value, dtype=np.uint8), np.array([[0.2, 0.8]])
    found = report_card(labels, scores, ["A", "B"], [0.5, 0.5], draw_resamples(np.zeros(1, dtype=np.int64), 20))
    json.dumps(found, allow_nan=False)
    assert found["macro_auc"] is found["macro_auc_interval"] is None and found["classes_scored"] == 0
    assert found["few_positives"] == []
    assert found["calibration"]["macro_brier"] == pytest.approx(np.mean((scores - value) ** 2))
    assert found["at_0.5"]["macro_f1"] == (0.5 if value else None)


def test_what_a_reader_must_know_of_intervals_and_thresholds_is_there() -> None:
    random = np.random.default_rng(0)
    labels = (random.random((100, 2)) < [0.4, 0.1]).astype(np.uint8)
    scores = random.random((100, 2))
    found = report_card(labels, scores, ["A", "B"], None, draw_resamples(np.arange(100) // 2, 50))
    assert found["few_positives"] == ["B"]
    assert found["patients"] == 50
    assert found["at_thresholds"] is None
    assert found["macro_auc_interval"]["resamples"] == 50
    assert found["at_0.5"]["macro_f1_interval"]["low"] <= found["at_0.5"]["macro_f1"]
    brier = found["calibration"]
    assert brier["macro_brier_interval"]["low"] <= brier["macro_brier"] <= brier["macro_brier_interval"]["high"]
    assert brier["macro_brier"] == pytest.approx(np.mean((labels - scores) ** 2))


def test_averages_are_those_of_a_classification_report() -> None:
    found, labels, scores = card()
    scored = [0, 1]  # the third class has no positive record
    decisions = scores >= np.array([0.4, 0.5, 0.6])
    report = classification_report(labels[:, scored], decisions[:, scored], output_dict=True, zero_division=0)
    for name in ("macro", "weighted"):
        ours, theirs = found["at_thresholds"]["averages"][name], report[f"{name} avg"]
        assert ours["precision"] == pytest.approx(theirs["precision"])
        assert ours["sensitivity"] == pytest.approx(theirs["recall"])
        assert ours["f1"] == pytest.approx(theirs["f1-score"])
    whole = classification_report(labels, decisions, output_dict=True, zero_division=0)["micro avg"]
    assert found["at_thresholds"]["averages"]["micro"] == pytest.approx(
        {"precision": whole["precision"], "sensitivity": whole["recall"], "f1": whole["f1-score"]}
    )
