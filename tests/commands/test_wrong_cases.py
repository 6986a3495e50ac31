"""Which wrong decisions are shown, and their drawings."""

from pathlib import Path

import numpy as np

from twelvelead.commands.prediction_table import PredictionTable
from twelvelead.commands.wrong_cases import draw_mistakes, find_mistakes
from twelvelead.data.metadata import database_digest, read_metadata

SCORES = np.array([[0.9, 0.1], [0.7, 0.9], [0.2, 0.6], [0.4, 0.45]])
LABELS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.uint8)
THRESHOLDS = (0.5, 0.5)


def table(ecg_ids=(1, 2, 3, 4)):
    return PredictionTable(np.array(ecg_ids), ("NORM", "MI"), SCORES, LABELS)


def test_the_surest_mistakes_of_each_class_come_first_and_no_record_twice():
    found = find_mistakes(table(), THRESHOLDS)
    assert [(m.row, m.column, m.found) for m in found] == [(0, 0, True), (2, 0, False), (3, 1, False)]
    assert find_mistakes(table(), THRESHOLDS, most=1) == found[:1]


def test_they_are_drawn_from_the_data_folder(simulated: Path):
    ids = read_metadata(simulated).index[:4].tolist()
    mistakes = find_mistakes(table(ids), THRESHOLDS)
    drawn = draw_mistakes(table(ids), mistakes, THRESHOLDS, simulated, 100, database_digest(simulated))
    assert [name for name, _ in drawn.figures] == [case.figure for case in drawn.cases]
    assert drawn.cases[0].labels == () and drawn.cases[0].codes and not drawn.missing


def test_without_the_data_there_is_a_sentence(simulated: Path, tmp_path: Path):
    mistakes = find_mistakes(table(), THRESHOLDS)
    assert "not at hand" in draw_mistakes(table(), mistakes, THRESHOLDS, tmp_path, 100, None).missing
    assert "not the one" in draw_mistakes(table(), mistakes, THRESHOLDS, simulated, 100, "0" * 64).missing
    assert "No decision" in draw_mistakes(table(), [], THRESHOLDS, tmp_path, 100, None).missing
