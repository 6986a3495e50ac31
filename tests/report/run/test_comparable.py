"""Published results are compared with ours only where the protocols match."""

import dataclasses

import pytest

from twelvelead.report.run.comparable import OurProtocol, differences, our_differences
from twelvelead.report.run.published import FOUNDATION_2026, STRODTHOFF_2020, published_results

OURS = OurProtocol(
    task="superdiagnostic",
    data_version="PTB-XL 1.0.3",
    split="strat_fold: train 1-8, val 9, test 10",
    label_rule="every SCP code of the task, any likelihood, 0 included",
    classes=5,
    classes_scored=5,
    records=2198,
    labelled_records=2158,
)


def test_the_same_protocol_is_comparable_and_another_release_is_not():
    assert our_differences(OURS) == []
    by_study = {row.study.name: differences(row, OURS) for row in published_results("superdiagnostic")[::-1]}
    assert by_study[FOUNDATION_2026.name] == []
    assert by_study[STRODTHOFF_2020.name] == ["release 1.0.1, here 1.0.3"]
    contaminated = next(row for row in published_results("superdiagnostic") if row.model == "ECG-FM")
    assert differences(contaminated, OURS) == ["its pretraining data contain PTB-XL"]


def test_the_older_protocol_is_compared_with_labelled_records():
    older = dataclasses.replace(OURS, data_version="PTB-XL 1.0.1", records=2203, labelled_records=2163)
    row = next(row for row in published_results("superdiagnostic") if row.study is STRODTHOFF_2020)
    assert differences(row, older) == []
    assert differences(row, dataclasses.replace(older, labelled_records=2000)) == ["2,163 test records, here 2,000"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"data_version": "simulated (60 records)"}, "simulated"),
        ({"data_version": "no complete release of PTB-XL (9 records)"}, "only a part"),
        ({"split": "strat_fold: train 1-7, val 8, test 9"}, "not fold 10"),
        ({"split": "strat_fold: train 1-7, val 8, test 9-10"}, "not fold 10"),
        ({"split": "stratified"}, "not fold 10"),
        ({"label_rule": "likelihood at least 50"}, "label rule"),
        ({"classes": 4}, "4 classes"),
        ({"classes_scored": 4}, "4 of 5"),
        ({"overlap": 3}, "3 patients"),
    ],
)
def test_what_sets_our_result_apart(change, words):
    (found,) = our_differences(dataclasses.replace(OURS, **change))
    assert words in found
