"""A sheet of ECG paper: how large it is, where everything stands on it, its squares and what is written on it.

Its unit is the millimetre, counted from the lower left corner.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from twelvelead.notice import NOTICE
from twelvelead.report.ecg_layout import SQUARE_MM, RowSpacing
from twelvelead.report.style import (
    GREY,
    MM_PER_INCH,
    POINTS_PER_INCH,
    SMALL_PT,
    TITLE_PT,
    new_figure,
    wrap_to_width,
)

__all__ = [
    "PAPER",
    "PULSE_FOOT_S",
    "PULSE_MV",
    "PULSE_S",
    "Page",
    "draw_grid",
    "lay_out_page",
    "new_page",
    "write_text",
]

PULSE_S = 0.2
PULSE_MV = 1.0
PULSE_FOOT_S = 0.05
"""The calibration pulse that recorders print: 1 mV for 200 ms, with a short foot on either side."""

_MARGIN_MM = 6.0
_LEAST_TRACE_MM = 100.0
"""Room for the traces even of a very short recording, so that the text below them fits."""

PAPER = "#FFFCFB"
_FINE_LINE = ("#F7D3CE", 0.25)
_SQUARE_LINE = ("#E8A39A", 0.55)
"""Colour and width in points of the 1 mm and the 5 mm lines: pale, so that any trace stands out."""

_LINE_SPACING = 1.35
"""Distance of two lines of text in font sizes."""

_BOLD = 1.15
"""How much wider bold type is."""


@dataclass(frozen=True)
class Page:
    """Places on the paper in mm from its lower left corner, and the wrapped lines of text."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    top: float
    """The edges of the grid."""
    time_zero: float
    """Where the recording starts, right of the calibration pulse."""
    baselines: tuple[float, ...]
    """The lines on which the rows lie, first row first."""
    title: Sequence[str]
    subtitle: Sequence[str]
    footer: Sequence[str]


def lay_out_page(
    spacing: RowSpacing,
    duration_s: float,
    speed_mm_s: float,
    title: str | None,
    subtitle: str | None,
    footer: str | None,
    room_mm: float,
) -> Page:
    """Where everything stands on a page that is as large as the recording and the texts need.

    Args:
        spacing: of the rows.
        duration_s: of the recording.
        speed_mm_s: paper speed.
        title, subtitle, footer: see `plot_ecg`.
        room_mm: height left free at the lower edge.
    """
    pulse_mm = _up_to_square((PULSE_S + 2 * PULSE_FOOT_S) * speed_mm_s + 1)
    trace_mm = _up_to_square(max(duration_s * speed_mm_s, _LEAST_TRACE_MM))
    grid_width = pulse_mm + trace_mm
    text_in = grid_width / MM_PER_INCH
    titles = wrap_to_width(title, text_in / _BOLD, TITLE_PT)
    subtitles = wrap_to_width(subtitle, text_in, SMALL_PT)
    notes = wrap_to_width(f"{footer}\n{NOTICE}" if footer else None, text_in, SMALL_PT)
    bottom = _MARGIN_MM + room_mm + (1 + len(notes)) * _line_mm(SMALL_PT)  # 1: the line with the scale
    top = bottom + spacing.above + sum(spacing.gaps) + spacing.below
    header = len(titles) * _line_mm(TITLE_PT) + len(subtitles) * _line_mm(SMALL_PT)
    baselines = top - spacing.above - np.cumsum([0.0, *spacing.gaps])
    return Page(
        width=grid_width + 2 * _MARGIN_MM,
        height=top + header + _MARGIN_MM,
        left=_MARGIN_MM,
        right=_MARGIN_MM + grid_width,
        bottom=bottom,
        top=top,
        time_zero=_MARGIN_MM + pulse_mm,
        baselines=tuple(baselines.tolist()),
        title=titles,
        subtitle=subtitles,
        footer=notes,
    )


def _up_to_square(length_mm: float) -> float:
    return math.ceil(length_mm / SQUARE_MM - 1e-9) * SQUARE_MM  # 1e-9: 10.000000000000002 is 10


def _line_mm(size_pt: float) -> float:
    return _LINE_SPACING * size_pt / POINTS_PER_INCH * MM_PER_INCH


def new_page(page: Page) -> tuple[Figure, Axes]:
    """An empty figure of the page's size, and its axes, whose unit is the millimetre."""
    figure = new_figure(page.width / MM_PER_INCH, page.height / MM_PER_INCH, layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    axes.set_xlim(0, page.width)
    axes.set_ylim(0, page.height)
    return figure, axes


def draw_grid(axes: Axes, page: Page) -> Patch:
    """Draw the squares in two collections of lines; returns the paper, to which traces are cut."""
    size = (page.right - page.left, page.top - page.bottom)
    paper = Rectangle((page.left, page.bottom), *size, facecolor=PAPER, edgecolor="none", zorder=0)
    axes.add_patch(paper)
    columns, rows = np.arange(round(size[0]) + 1), np.arange(round(size[1]) + 1)
    for (colour, width_pt), on_square in ((_FINE_LINE, False), (_SQUARE_LINE, True)):
        xs = page.left + columns[(columns % SQUARE_MM == 0) == on_square]
        ys = page.bottom + rows[(rows % SQUARE_MM == 0) == on_square]
        segments = [((x, page.bottom), (x, page.top)) for x in xs]
        segments += [((page.left, y), (page.right, y)) for y in ys]
        lines = LineCollection(segments, colors=colour, linewidths=width_pt, zorder=1 + on_square)
        lines.set_gid("squares 5 mm" if on_square else "squares 1 mm")
        axes.add_collection(lines, autolim=False)
    return paper


def write_text(axes: Axes, page: Page, scale: str) -> None:
    """Title and subtitle above the grid; below it the scale and what a model said."""
    y = page.height - _MARGIN_MM + 2.0  # the text stands a little nearer to the edge than the grid
    for line in page.title:
        axes.text(
            page.left,
            y,
            line,
            va="top",
            fontsize=TITLE_PT,
            fontweight="bold",
            parse_math=False,
        )
        y -= _line_mm(TITLE_PT)
    for line in page.subtitle:
        axes.text(page.left, y, line, va="top", fontsize=SMALL_PT, color=GREY, parse_math=False)
        y -= _line_mm(SMALL_PT)
    y = page.bottom - 1.5
    for line in (scale, *page.footer):
        axes.text(page.left, y, line, va="top", fontsize=SMALL_PT, parse_math=False)
        y -= _line_mm(SMALL_PT)
