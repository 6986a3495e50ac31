"""Receiver operating characteristic and precision-recall curves of all classes in one picture.

The curves come ready computed; a class whose score is not defined (its test part holds one value
only) is named in the legend as N/A and not drawn.
"""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from twelvelead.errors import DataError
from twelvelead.report.style import (
    GREY,
    LINE_PT,
    SMALL_PT,
    FloatArray,
    line_style,
    new_figure,
    text_width_in,
    tidy_axes,
)

__all__ = ["plot_precision_recall", "plot_roc"]

_SIDE_IN = 5.0
_FEW_CLASSES = 8
"""Up to here the legend stands inside or below the axes; beyond it stands at their right, in
columns of at most `_LEGEND_ROWS` and smaller type."""
_LEGEND_ROWS = 24
_LEGEND_PT, _LEGEND_BELOW_PT = 6.0, 7.0
_LEGEND_LINE_IN = 0.16
_LEGEND_HANDLE_IN = 0.5
"""Width of a legend's column beside its text: the piece of line and the gaps."""

_UNIT_LIMITS = (-0.01, 1.01)
"""A little more than 0 to 1, so that curves along the edge are seen."""


def plot_roc(
    class_names: Sequence[str],
    false_positive_rates: Sequence[FloatArray],
    true_positive_rates: Sequence[FloatArray],
    aucs: Sequence[float | None],
) -> Figure:
    """Draw one ROC curve per class, and the diagonal of a score that says nothing.

    Args:
        class_names: one per class.
        false_positive_rates: per class `(point,)` in 0..1; ignored where the AUC is N/A.
        true_positive_rates: per class, as long as the false positive rates.
        aucs: per class in 0..1; None or NaN for N/A.

    Raises:
        DataError: lists or curves of different lengths, or no class.
    """
    _check_curves(class_names, false_positive_rates, true_positive_rates, aucs)
    labels = [f"{name}  AUC {_score(auc)}" for name, auc in zip(class_names, aucs)]
    figure, axes = _unit_panel(labels)
    axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.8, linestyle=":", zorder=1)
    handles = _draw_curves(axes, false_positive_rates, true_positive_rates, aucs, labels)
    tidy_axes(
        axes,
        x_label="False positive rate (1 − specificity)",
        y_label="True positive rate (sensitivity)",
    )
    _draw_legend(figure, axes, handles)
    return figure


def plot_precision_recall(
    class_names: Sequence[str],
    recalls: Sequence[FloatArray],
    precisions: Sequence[FloatArray],
    average_precisions: Sequence[float | None],
    prevalences: Sequence[float],
) -> Figure:
    """Draw one precision-recall curve per class, and at its prevalence a thin dotted line.

    The prevalence is the precision of a score that says nothing. Its line is left out where there
    are more than eight classes; the legend names it always.

    Args:
        class_names: one per class.
        recalls: per class `(point,)` in 0..1; ignored where the average precision is N/A.
        precisions: per class, as long as the recalls.
        average_precisions: per class in 0..1; None or NaN for N/A.
        prevalences: per class the share of records that have it, 0..1.

    Raises:
        DataError: lists or curves of different lengths, or no class.
    """
    _check_curves(class_names, recalls, precisions, average_precisions)
    if len(prevalences) != len(class_names):
        raise DataError(f"{len(class_names)} classes but {len(prevalences)} prevalences.")
    labels = [
        f"{name}  AP {_score(score)}  (prevalence {prevalence:.3f})"
        for name, score, prevalence in zip(class_names, average_precisions, prevalences)
    ]
    figure, axes = _unit_panel(labels, legend_below=True)
    handles = _draw_curves(axes, recalls, precisions, average_precisions, labels)
    if len(class_names) <= _FEW_CLASSES:
        _draw_prevalences(axes, average_precisions, prevalences)
    tidy_axes(axes, x_label="Recall (sensitivity)", y_label="Precision (positive predictive value)")
    _draw_legend(figure, axes, handles, below=True)
    return figure


def _check_curves(
    class_names: Sequence[str],
    xs: Sequence[FloatArray],
    ys: Sequence[FloatArray],
    scores: Sequence[float | None],
) -> None:
    lengths = (len(class_names), len(xs), len(ys), len(scores))
    if lengths[0] == 0 or len(set(lengths)) > 1:
        raise DataError(
            "Curves need at least one class, and one x array, one y array and one score for each; "
            f"the lengths are {lengths}."
        )
    for name, x, y, score in zip(class_names, xs, ys, scores):
        if _defined(score) and len(x) != len(y):
            raise DataError(f"The curve of {name} has {len(x)} x values but {len(y)} y values.")


def _defined(score: float | None) -> bool:
    return score is not None and not math.isnan(score)


def _score(score: float | None) -> str:
    return f"{score:.3f}" if _defined(score) else "N/A"


def _legend_column_in(labels: Sequence[str], size_pt: float) -> float:
    return max(text_width_in(label, size_pt) for label in labels) + _LEGEND_HANDLE_IN


def _columns_aside(labels: Sequence[str]) -> int:
    return math.ceil(len(labels) / _LEGEND_ROWS)


def _columns_below(labels: Sequence[str]) -> int:
    return 2 if 2 * _legend_column_in(labels, _LEGEND_BELOW_PT) <= _SIDE_IN else 1


def _unit_panel(labels: Sequence[str], legend_below: bool = False) -> tuple[Figure, Axes]:
    """Axes from 0 to 1 both ways, nearly square, and room for a legend beside or below them."""
    aside, below = 0.0, 0.0
    if len(labels) > _FEW_CLASSES:
        aside = _legend_column_in(labels, _LEGEND_PT) * _columns_aside(labels)
    elif legend_below:
        below = _LEGEND_LINE_IN * math.ceil(len(labels) / _columns_below(labels))
    figure = new_figure(_SIDE_IN + aside, _SIDE_IN + below)
    axes = figure.subplots()
    axes.set_xlim(*_UNIT_LIMITS)
    axes.set_ylim(*_UNIT_LIMITS)
    return figure, axes


def _draw_curves(
    axes: Axes,
    xs: Sequence[FloatArray],
    ys: Sequence[FloatArray],
    scores: Sequence[float | None],
    labels: Sequence[str],
) -> list[Line2D]:
    """Draw the curves whose score is defined; returns what stands for each class in the legend."""
    handles = []
    for number, (x, y, score, label) in enumerate(zip(xs, ys, scores, labels)):
        colour, dashes = line_style(number)
        line = Line2D((), (), linestyle="none", label=label)
        if _defined(score):
            line = Line2D(x, y, color=colour, linestyle=dashes, linewidth=LINE_PT, label=label)
            axes.add_line(line)
        handles.append(line)
    return handles


def _draw_prevalences(axes: Axes, scores: Sequence[float | None], prevalences: Sequence[float]) -> None:
    for number, (score, prevalence) in enumerate(zip(scores, prevalences)):
        if _defined(score):
            colour, _ = line_style(number)
            axes.axhline(prevalence, color=colour, linewidth=0.8, linestyle=":", zorder=1)


def _draw_legend(figure: Figure, axes: Axes, handles: list[Line2D], below: bool = False) -> None:
    labels = [str(handle.get_label()) for handle in handles]
    if len(handles) > _FEW_CLASSES:
        style = {"fontsize": _LEGEND_PT, "ncols": _columns_aside(labels)}
        figure.legend(handles=handles, loc="outside right upper", **style)
    elif below:
        style = {"fontsize": _LEGEND_BELOW_PT, "ncols": _columns_below(labels)}
        figure.legend(handles=handles, loc="outside lower center", **style)
    else:
        axes.legend(handles=handles, loc="lower right", fontsize=SMALL_PT)
