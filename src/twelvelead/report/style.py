"""The look of every figure: one palette, the font sizes, the line widths, and how a Figure is made.

Figures are made with matplotlib's `Figure` class and never with pyplot: nothing is shown, nothing
stays registered, no display is needed. Whoever calls a plot function owns the Figure it returns.
"""

import textwrap
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = [
    "BLACK",
    "BLUE",
    "COLOURS",
    "GREY",
    "LABEL_PT",
    "LINE_PT",
    "MM_PER_INCH",
    "ORANGE",
    "POINTS_PER_INCH",
    "SMALL_PT",
    "TITLE_PT",
    "FloatArray",
    "line_style",
    "new_figure",
    "text_width_in",
    "tidy_axes",
    "wrap_to_width",
]

FloatArray = npt.NDArray[np.floating[Any]]

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's colours for all kinds of colour vision ("Color Universal Design", 2008), in the
order in which lines take them; their yellow is left out because it is too pale for a line on white.
"""

BLUE, ORANGE = COLOURS[:2]
BLACK = "#000000"
GREY = "#5A5A5A"
"""For what is not data: reference lines, notes. Contrast with white 6.9:1 (WCAG AA: 4.5:1)."""

_Dashes = Literal["-", "--", "-.", ":"]
_DASHES: tuple[_Dashes, ...] = ("-", "--", "-.", ":")

TITLE_PT = 11.0
LABEL_PT = 9.0
SMALL_PT = 8.0
"""Font sizes in points. A figure 5 in wide set in a 3.5 in column still has its smallest text at
5.6 pt; most journals ask for at least 5."""

LINE_PT = 1.5

_CHARACTER_EM = 0.6
"""Mean width of a character of DejaVu Sans in ems, on the safe side (English prose: 0.55)."""


def new_figure(
    width_in: float,
    height_in: float,
    layout: Literal["constrained", "tight", "none"] = "constrained",
    pad_in: float = 0.05,
) -> Figure:
    """An empty white Figure of that size, whose axes are placed as `layout` says.

    `pad_in` is the room around each of its axes, in inches, where the layout is constrained.
    """
    figure = Figure(figsize=(width_in, height_in), facecolor="white")
    if layout == "constrained":
        figure.set_layout_engine(layout, w_pad=pad_in, h_pad=pad_in)
    else:
        figure.set_layout_engine(layout)
    return figure


def line_style(position: int) -> tuple[str, _Dashes]:
    """Colour and dash pattern of line number `position` (from 0); the first 24 pairs all differ."""
    repeat, colour = divmod(position, len(COLOURS))
    return COLOURS[colour], _DASHES[repeat % len(_DASHES)]


def tidy_axes(axes: Axes, *, x_label: str = "", y_label: str = "", title: str = "") -> None:
    """Give axes the common look: labels, a faint grid, no frame on the top and on the right."""
    axes.set_xlabel(x_label, fontsize=LABEL_PT)
    axes.set_ylabel(y_label, fontsize=LABEL_PT)
    axes.set_title(title, fontsize=TITLE_PT, parse_math=False)
    axes.tick_params(labelsize=SMALL_PT)
    axes.grid(True, alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def text_width_in(text: str, size_pt: float) -> float:
    """About how wide a line of `text` is in inches, on the safe side."""
    return len(text) * _CHARACTER_EM * size_pt / POINTS_PER_INCH


def wrap_to_width(text: str | None, width_in: float, size_pt: float) -> list[str]:
    """Break `text` into lines that fit into `width_in` inches at `size_pt`; none for no text."""
    limit = max(1, int(width_in / text_width_in("x", size_pt)))
    return [line for part in (text or "").splitlines() for line in textwrap.wrap(part, limit)]
