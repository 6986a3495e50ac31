"""One two-by-two confusion matrix per class, with counts and the share of each row."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from twelvelead.errors import DataError
from twelvelead.report.style import BLUE, LABEL_PT, SMALL_PT, FloatArray, new_figure, tidy_axes

__all__ = ["plot_confusion_matrices"]

_PANEL_IN = (2.3, 2.35)
"""Width and height of one matrix: three side by side are as wide as a page's text."""

_COLUMNS = 3
_GAP_IN = 0.08
_DEEPEST = 0.55
"""Opacity of the blue of a cell that holds its whole row; on white, black text has a contrast of 8:1 or more there.
Opacity and not paler blues, so that the cells fit a dark page too."""


def plot_confusion_matrices(
    matrices: npt.NDArray[np.integer[Any]],
    class_names: Sequence[str],
    *,
    labels: tuple[str, str] = ("True", "Predicted"),
    states: tuple[str, str] = ("absent", "present"),
) -> Figure:
    """Draw the matrices three to a row; cells are coloured by their share of the row, 0..1.

    The row's share (what became of the records that truly have, or have not, the class) and not the
    count gives the colour, because rare classes would otherwise all look alike.

    Args:
        matrices: `(class, 2, 2)` counts by [true, predicted], 0 for absent and 1 for present.
        class_names: one per matrix.
        labels: names of the vertical and the horizontal axis.
        states: names of the values 0 and 1.

    Raises:
        DataError: another shape, no class, or values that are not counts.
    """
    counts = _checked_counts(matrices, class_names)
    columns = min(_COLUMNS, len(counts))
    rows = (len(counts) + 2) // _COLUMNS
    figure = new_figure(_PANEL_IN[0] * columns, _PANEL_IN[1] * rows, pad_in=_GAP_IN)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, matrix, name in zip(panels, counts, class_names):
        _draw_matrix(axes, matrix, states)
        tidy_axes(axes, x_label=labels[1], y_label=labels[0], title=name)
        axes.grid(False)
    for axes in panels[len(counts) :]:
        axes.axis("off")
    return figure


def _checked_counts(matrices: npt.NDArray[np.integer[Any]], class_names: Sequence[str]) -> npt.NDArray[np.integer[Any]]:
    counts = np.asarray(matrices)
    if len(class_names) == 0 or counts.shape != (len(class_names), 2, 2):
        raise DataError(
            f"The confusion matrices have shape {counts.shape}; expected (class, 2, 2) with at "
            f"least one class, and there are {len(class_names)} class names."
        )
    if not np.issubdtype(counts.dtype, np.integer) or counts.min() < 0:
        raise DataError("The confusion matrices must hold counts: whole numbers from 0.")
    return counts


def _row_shares(matrix: npt.NDArray[np.integer[Any]]) -> FloatArray:
    """Each cell over the sum of its row, `(2, 2)` in 0..1, NaN in a row without records."""
    total = matrix.sum(axis=1, keepdims=True)
    return np.where(total > 0, matrix / np.maximum(total, 1), np.nan)


def _draw_matrix(axes: Axes, matrix: npt.NDArray[np.integer[Any]], states: tuple[str, str]) -> None:
    shares = _row_shares(matrix)
    for (row, column), share in np.ndenumerate(np.nan_to_num(shares)):
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=BLUE, alpha=_DEEPEST * share, linewidth=0))
    axes.set(xlim=(-0.5, 1.5), ylim=(1.5, -0.5), aspect="equal")
    axes.set_xticks((0, 1), states)
    axes.set_yticks((0, 1), states, rotation=90, va="center")
    axes.tick_params(length=0)
    for (row, column), share in np.ndenumerate(shares):
        percent = "N/A" if np.isnan(share) else f"{100 * share:.1f} %"
        count = f"{matrix[row, column]}"
        axes.text(column, row, count, fontsize=LABEL_PT + 2, ha="center", va="bottom")
        axes.text(column, row + 0.08, percent, fontsize=SMALL_PT, ha="center", va="top")
