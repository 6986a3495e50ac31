import numpy as np
import pytest

from twelvelead.errors import DataError
from twelvelead.report.confusion import plot_confusion_matrices

MATRIX = [[1062, 173], [97, 866]]  # by [true, predicted]


def cells(axes) -> dict[tuple[int, int], list[str]]:
    """What is written in each cell, by (true, predicted)."""
    found: dict[tuple[int, int], list[str]] = {}
    for text in axes.texts:
        column, row = text.get_position()
        found.setdefault((round(row), round(column)), []).append(text.get_text())
    return found


def test_cells_hold_the_counts_and_shares_of_their_row():
    figure = plot_confusion_matrices(np.array([MATRIX]), ["NORM"], labels=("Vraies", "Prédites"), states=("0", "1"))
    (axes,) = figure.axes
    assert cells(axes) == {
        (0, 0): ["1062", "86.0 %"],
        (0, 1): ["173", "14.0 %"],
        (1, 0): ["97", "10.1 %"],
        (1, 1): ["866", "89.9 %"],
    }
    assert (axes.get_title(), axes.get_ylabel(), axes.get_xlabel()) == (
        "NORM",
        "Vraies",
        "Prédites",
    )
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0", "1"]


def test_a_row_without_records_has_no_share():
    (axes,) = plot_confusion_matrices(np.array([[[5, 0], [0, 0]]]), ["HYP"]).axes
    assert cells(axes)[1, 1] == ["0", "N/A"]


@pytest.mark.parametrize("classes, rows, columns", [(1, 1, 1), (2, 1, 2), (3, 1, 3), (5, 2, 3)])
def test_three_matrices_to_a_row_and_the_rest_hidden(classes, rows, columns):
    names = [f"class {number}" for number in range(classes)]
    figure = plot_confusion_matrices(np.array([MATRIX] * classes), names)
    assert len(figure.axes) == rows * columns
    assert [axes.axison for axes in figure.axes] == [number < classes for number in range(rows * columns)]


@pytest.mark.parametrize(
    "matrices, names",
    [
        (np.zeros((2, 2), int), ["A"]),
        (np.zeros((1, 2, 2), int), ["A", "B"]),
        (np.zeros((0, 2, 2), int), []),
        (np.full((1, 2, 2), 0.5), ["A"]),
        (np.full((1, 2, 2), -1), ["A"]),
    ],
)
def test_what_is_no_confusion_matrix_is_refused(matrices, names):
    with pytest.raises(DataError, match="confusion matrices"):
        plot_confusion_matrices(matrices, names)
