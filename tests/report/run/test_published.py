"""Published results: complete and sourced."""

import pytest

from twelvelead.report.run.published import CLASSES_OF_TASK, published_results


@pytest.mark.parametrize("task", CLASSES_OF_TASK)
def test_every_row_has_a_source_and_a_possible_value(task):
    rows = published_results(task)
    assert len(rows) >= 17
    assert [row.macro_auc for row in rows] == sorted((row.macro_auc for row in rows), reverse=True)
    for row in rows:
        assert row.study.url.startswith("https://") and row.study.source_url.startswith("https://")
        assert row.task == task and row.pretraining and 0.7 < row.macro_auc < 1
        assert row.low is None or (row.high is not None and row.low < row.macro_auc < row.high)


def test_the_best_of_each_study():
    found = {(row.study.name, row.model): row for row in published_results("superdiagnostic")}
    assert found["Strodthoff 2020", "resnet1d_wang"].macro_auc == 0.930
    supervised = found["Reality Check 2026", "S4, supervised only"]
    assert (supervised.macro_auc, supervised.low, supervised.high) == (0.932, 0.925, 0.938)
