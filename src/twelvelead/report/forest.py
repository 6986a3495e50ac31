"""A forest plot: one value with its interval for each group of records, beside the value of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from twelvelead.errors import DataError
from twelvelead.report.style import BLUE, GREY, LABEL_PT, SMALL_PT, new_figure, tidy_axes

__all__ = ["ForestRow", "forest_axis", "plot_forest"]

_WIDTH_IN = 6.9
_ROW_IN = 0.185
_FRAME_IN = 0.75
"""Height of the axis below and the headings above the rows."""

_ROOM = (0.445, 0.1)
"""Shares of the width for the names on the left and the counts on the right of the axes."""

_NAME_AT = 0.245
"""Where the groups' names begin, right of the variables', as a share of the width."""

_LONGEST = 23
"""Characters of a group's name that fit."""

_CHANCE = 0.5
"""The axis begins no lower, unless a row with enough records does; what lies beyond ends in an arrow."""


@dataclass(frozen=True)
class ForestRow:
    """One group."""

    variable: str
    """What the records were grouped by; named once for rows that follow each other."""
    group: str
    value: float | None
    """0..1; None: not defined, and named N/A."""
    interval: tuple[float, float] | None
    records: int
    small: bool = False
    """Too few patients or positive records for the interval to be trusted: drawn hollow."""


def plot_forest(
    rows: Sequence[ForestRow],
    *,
    overall: float | None = None,
    overall_interval: tuple[float, float] | None = None,
    x_label: str = "Macro AUC (95 % interval)",
    axis_from: float | None = None,
) -> Figure:
    """Draw the rows from top to bottom; a hollow mark warns of few records.

    Args:
        rows: rows of a variable follow each other.
        overall: value of all records, drawn as a line.
        overall_interval: its interval, drawn as a band.
        x_label: what is shown.
        axis_from: where the axis begins; from `forest_axis`, so that several figures can be compared.

    Raises:
        DataError: no row.
    """
    if not rows:
        raise DataError("A forest plot needs at least one row.")
    height = _FRAME_IN + _ROW_IN * len(rows)
    figure = new_figure(_WIDTH_IN, height, layout="none")
    bottom, top = 0.45 / height, (_FRAME_IN - 0.45) / height
    axes = figure.add_axes((_ROOM[0], bottom, 1 - sum(_ROOM), 1 - bottom - top))
    _draw_overall(axes, overall, overall_interval)
    lowest = forest_axis(rows, overall) if axis_from is None else axis_from
    for position, row in enumerate(rows):
        _draw_row(axes, position, row, lowest)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(lowest, 1.005)
    tidy_axes(axes, x_label=x_label)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _write_names(axes, rows)
    if any(row.small for row in rows):
        _explain_marks(axes)
    return figure


def _draw_overall(axes: Axes, value: float | None, interval: tuple[float, float] | None) -> None:
    if interval:
        axes.axvspan(*interval, color=GREY, alpha=0.12, linewidth=0, zorder=0)
    if value is not None:
        axes.axvline(value, color=GREY, linewidth=1, linestyle="--", zorder=1)


def _draw_row(axes: Axes, position: int, row: ForestRow, lowest: float) -> None:
    if row.value is None:
        return
    low, high = row.interval or (row.value, row.value)
    if high > lowest:
        axes.plot((max(low, lowest), high), (position,) * 2, color=BLUE, linewidth=1.3, solid_capstyle="butt", zorder=2)
    if row.value >= lowest:
        axes.plot([row.value], [position], "o", color=BLUE, markersize=5, markerfacecolor=_face(row.small), zorder=3)
    if low < lowest:
        axes.plot([lowest], [position], "<", color=BLUE, markersize=4, zorder=3, clip_on=False)


def _face(small: bool) -> str:
    return "white" if small else BLUE


def forest_axis(rows: Sequence[ForestRow], overall: float | None = None) -> float:
    """Where the axis of these rows begins: below everything, but no lower than 0.5 for the sake of small groups."""
    ends = [(row.interval[0] if row.interval else row.value, row.small) for row in rows if row.value is not None]
    low = min([0.8, *(end for end, _ in ends), *([] if overall is None else [overall])]) - 0.02
    trusted = min([_CHANCE, *(end - 0.02 for end, small in ends if not small)])
    return max(0.0, low, trusted)


def _write_names(axes: Axes, rows: Sequence[ForestRow]) -> None:
    figure = axes.get_figure()
    assert figure is not None
    across = axes.get_yaxis_transform()
    width = 1 - sum(_ROOM)
    # Places as shares of the figure's width, written in shares of the axes' width.
    first, second, last = ((x - _ROOM[0]) / width for x in (0.01, _NAME_AT, 0.995))
    named = None
    for position, row in enumerate(rows):
        style: dict[str, Any] = {"transform": across, "va": "center", "fontsize": SMALL_PT, "parse_math": False}
        if row.variable != named:
            axes.text(first, position, row.variable, **style)
            if named is not None:
                axes.plot((first, last), (position - 0.5,) * 2, color=GREY, alpha=0.35, linewidth=0.5,
                          transform=across, clip_on=False)  # fmt: skip
            named = row.variable
        axes.text(second, position, _shortened(row.group), **style)
        counted = f"{row.records:,}" + ("  N/A" if row.value is None else "")
        axes.text(last, position, counted, ha="right", **style)
    axes.text(last, -0.75, "Records", ha="right", va="bottom", transform=across, fontsize=SMALL_PT, color=GREY)


def _shortened(name: str) -> str:
    if len(name) > _LONGEST:
        name = name.split(" (")[0]
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _explain_marks(axes: Axes) -> None:
    marks = [
        Line2D((), (), color=BLUE, marker="o", markersize=5, markerfacecolor=_face(small), label=label)
        for label, small in (("enough records", False), ("few patients or positives", True))
    ]
    axes.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, frameon=False, fontsize=LABEL_PT - 1.5,
        borderaxespad=0.1,
    )  # fmt: skip
