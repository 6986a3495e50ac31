"""How often a class was there among the records that got some probability of it: reliability diagrams.

Small multiples, one class each: the diagram, and below it how many records each bin holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from twelvelead.errors import DataError
from twelvelead.report.style import BLUE, GREY, LABEL_PT, LINE_PT, SMALL_PT, TITLE_PT, new_figure, tidy_axes

__all__ = ["ReliabilityCurve", "plot_reliability"]

_COLUMNS = 3
_PANEL_IN = (2.3, 2.5)
"""Width and height of one class: three side by side are as wide as a page's text."""

_HEIGHTS = (3.0, 1.0)
"""Of the diagram and of the counts below it."""

_BAR = 0.8
"""Part of its bin that a bar of the counts is wide."""

_FEWEST_RECORDS = 10
"""A bin with fewer is drawn hollow: its share says little."""


@dataclass(frozen=True)
class ReliabilityCurve:
    """One class's bins, empty ones left out, in ascending order."""

    name: str
    error: float | None
    """Expected calibration error, shown beside the name."""
    edges: Sequence[tuple[float, float]]
    """Lowest and highest probability of each bin, 0..1."""
    probabilities: Sequence[float]
    """Mean probability of the records of each bin, 0..1."""
    shares: Sequence[float]
    """Share of positive records in each bin, 0..1."""
    records: Sequence[int]
    """Records in each bin."""


def plot_reliability(curves: Sequence[ReliabilityCurve]) -> Figure:
    """Draw share of positives over mean probability; on the diagonal the probabilities can be taken at their word.

    Bins of fewer than ten records are hollow. The counts have a logarithmic axis.

    Raises:
        DataError: no class, or a class's lists are of different lengths.
    """
    if not curves:
        raise DataError("A reliability diagram needs at least one class.")
    for curve in curves:
        if len({len(curve.edges), len(curve.probabilities), len(curve.shares), len(curve.records)}) > 1:
            raise DataError(f"The bins of {curve.name} have lists of different lengths.")
    columns = min(_COLUMNS, len(curves))
    rows = -(-len(curves) // _COLUMNS)
    figure = new_figure(_PANEL_IN[0] * columns, _PANEL_IN[1] * rows, pad_in=0.04)
    grid = figure.add_gridspec(2 * rows, columns, height_ratios=_HEIGHTS * rows)
    most = max((max(curve.records, default=1) for curve in curves), default=1)
    for number, curve in enumerate(curves):
        row, column = divmod(number, _COLUMNS)
        diagram = figure.add_subplot(grid[2 * row, column])
        counts = figure.add_subplot(grid[2 * row + 1, column], sharex=diagram)
        _draw_diagram(diagram, curve, first=column == 0)
        _draw_counts(counts, curve, most, first=column == 0)
    return figure


def _draw_diagram(axes: Axes, curve: ReliabilityCurve, first: bool) -> None:
    axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.8, linestyle=":", zorder=1)
    axes.plot(curve.probabilities, curve.shares, color=BLUE, linewidth=LINE_PT, zorder=2)
    for x, y, records in zip(curve.probabilities, curve.shares, curve.records):
        face = "white" if records < _FEWEST_RECORDS else BLUE
        axes.plot([x], [y], "o", color=BLUE, markerfacecolor=face, markersize=4.5, zorder=3)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xticks((0, 0.5, 1))
    axes.set_yticks((0, 0.5, 1))
    tidy_axes(axes, y_label="Share of positives" if first else "")
    axes.tick_params(labelbottom=False)
    axes.set_title(curve.name, fontsize=TITLE_PT, loc="left", parse_math=False)
    if curve.error is not None:
        axes.set_title(f"ECE {curve.error:.3f}", fontsize=SMALL_PT, loc="right", color=GREY)


def _draw_counts(axes: Axes, curve: ReliabilityCurve, most: int, first: bool) -> None:
    centres = [(low + high) / 2 for low, high in curve.edges]
    widths = [(high - low) * _BAR for low, high in curve.edges]
    axes.bar(centres, curve.records, width=widths, color=GREY, alpha=0.6, linewidth=0)
    axes.set_yscale("log")
    axes.set_ylim(0.5, 2 * max(most, 10))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    tidy_axes(axes, y_label="Records" if first else "")
    axes.set_xlabel("Mean probability", fontsize=LABEL_PT)
    axes.minorticks_off()
