"""A recording on true ECG paper: 1 mm and 5 mm squares, exact millimetres when printed at 100 %.

One axes covers the whole figure, and its unit is the millimetre. Each trace keeps its data in
seconds and millivolts; a transform of its own takes them to the paper.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Affine2D

from twelvelead.errors import ConfigError, DataError, require_choice
from twelvelead.leads import LEADS, canonical_lead, lead_order
from twelvelead.notice import NOTICE
from twelvelead.report.ecg_layout import (
    LAYOUTS,
    SQUARE_MM,
    Piece,
    RowSpacing,
    cut_pieces,
    space_rows,
)
from twelvelead.report.style import (
    BLACK,
    GREY,
    LABEL_PT,
    MM_PER_INCH,
    POINTS_PER_INCH,
    SMALL_PT,
    TITLE_PT,
    FloatArray,
    new_figure,
    wrap_to_width,
)

__all__ = ["Page", "draw_paper", "plot_ecg"]

_LONGEST_S = 60.0
"""Longest recording that is drawn: 1.5 m of paper at 25 mm/s."""

_PULSE_S = 0.2
_PULSE_MV = 1.0
_PULSE_FOOT_S = 0.05
"""The calibration pulse that recorders print: 1 mV for 200 ms, with a short foot on either side."""

_MARGIN_MM = 6.0
_LEAST_TRACE_MM = 100.0
"""Room for the traces even of a very short recording, so that the text below them fits."""

_PAPER = "#FFFCFB"
_FINE_LINE = ("#F7D3CE", 0.25)
_SQUARE_LINE = ("#E8A39A", 0.55)
"""Colour and width in points of the 1 mm and the 5 mm lines: pale, so that any trace stands out."""

_TRACE_PT = 0.7
_SHADE_PT = 5.0
_SEPARATOR_HALF_MM = 3.0

_LINE_SPACING = 1.35
"""Distance of two lines of text in font sizes."""

_BOLD = 1.15
"""How much wider bold type is."""


def plot_ecg(
    signal_mv: FloatArray,
    rate_hz: float,
    *,
    layout: str = "3x4+1",
    title: str | None = None,
    subtitle: str | None = None,
    footer: str | None = None,
    speed_mm_s: float = 25.0,
    gain_mm_mv: float = 10.0,
    leads: Sequence[str] = LEADS,
    rhythm_lead: str = "II",
) -> Figure:
    """Draw a 12-lead recording on ECG paper.

    The page is as large as the recording needs; 10 s at 25 mm/s are as wide as A4 landscape. The
    rows are set apart as far as the amplitudes ask, within limits; beyond them neighbours overlap.
    The gain is never changed: choose a smaller one. A trace that leaves the grid is cut at its
    edge, and the line below the grid says so.

    Args:
        signal_mv: `(time, lead)`, millivolts, at most 60 s; NaN and infinities are left as gaps.
        rate_hz: samples per second.
        layout: "3x4+1" (four columns of a quarter of the time each, and the rhythm lead), "6x2"
            (two columns of half the time each), or "12x1" (all leads all the time).
        title: a line in bold above the grid.
        subtitle: text below the title.
        footer: what a model said about the recording; drawn below the grid and always followed by
            the sentence that this is research software.
        speed_mm_s: paper speed; 25 is usual, 50 in some countries.
        gain_mm_mv: height of 1 mV; 10 is usual, 5 for large amplitudes.
        leads: the names of the signal's columns, in any order and case.
        rhythm_lead: the lead of the last row of "3x4+1".

    Returns:
        A Figure whose size is the size of the paper. Save it without `bbox_inches="tight"`, which
        would keep the scale but cut the margins.

    Raises:
        ConfigError: unknown layout or rhythm lead, or a speed or gain that is not positive.
        DataError: signal of another shape, empty or too long, or a rate that is not positive.
        FormatError: a lead is missing or there twice.
    """
    return draw_paper(
        signal_mv,
        rate_hz,
        layout=layout,
        title=title,
        subtitle=subtitle,
        footer=footer,
        speed_mm_s=speed_mm_s,
        gain_mm_mv=gain_mm_mv,
        leads=leads,
        rhythm_lead=rhythm_lead,
    )[0]


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


def draw_paper(
    signal_mv: FloatArray,
    rate_hz: float,
    *,
    layout: str,
    title: str | None,
    subtitle: str | None,
    footer: str | None,
    speed_mm_s: float = 25.0,
    gain_mm_mv: float = 10.0,
    leads: Sequence[str] = LEADS,
    rhythm_lead: str = "II",
    shade: FloatArray | None = None,
    room_mm: float = 0.0,
) -> tuple[Figure, Axes, Page]:
    """`plot_ecg`, and with what other pictures on ECG paper need besides.

    Args:
        shade: `(time, lead, 4)`, a colour behind each sample of the trace: red, green, blue, opacity, 0 to 1; leads as
            in the signal.
        room_mm: height left free at the lower edge.

    Returns:
        The figure, its axes, whose unit is the millimetre, and the places on the paper.

    Raises:
        ConfigError, DataError, FormatError: as `plot_ecg`.
    """
    signal_mv = _checked_signal(signal_mv, rate_hz, leads)
    shade = None if shade is None else shade[:, lead_order(list(leads), "The signal to draw")]
    rhythm_lead = _checked_options(layout, rhythm_lead, speed_mm_s, gain_mm_mv)
    pieces = cut_pieces(signal_mv, layout, rhythm_lead, rate_hz, speed_mm_s, gain_mm_mv)
    spacing = space_rows(pieces, layout, gain_mm_mv)
    page = _lay_out_page(spacing, len(signal_mv) / rate_hz, speed_mm_s, title, subtitle, footer, room_mm)

    figure = new_figure(page.width / MM_PER_INCH, page.height / MM_PER_INCH, layout="none")
    axes = _millimetre_axes(figure, page)
    grid = _draw_grid(axes, page)
    for baseline in page.baselines:
        _draw_pulse(axes, page, baseline, speed_mm_s, gain_mm_mv)
    for piece in pieces:
        trace = _draw_piece(axes, page, piece, grid, rate_hz, speed_mm_s, gain_mm_mv)
        if shade is not None:
            _draw_shade(axes, trace, shade[piece.start :, LEADS.index(piece.lead)], grid)
    scale = f"{speed_mm_s:g} mm/s   {gain_mm_mv:g} mm/mV   {rate_hz:g} Hz"
    if any(_leaves_grid(page, piece, gain_mm_mv) for piece in pieces):
        scale += "   (amplitude cut at the edge of the grid)"
    _draw_text(axes, page, scale)
    return figure, axes, page


def _checked_signal(signal_mv: FloatArray, rate_hz: float, leads: Sequence[str]) -> FloatArray:
    """The signal as float64 in the order of `LEADS`, with NaN for whatever is not finite."""
    signal = np.asarray(signal_mv, dtype=np.float64)
    if signal.ndim != 2 or signal.shape[1] != len(leads):
        raise DataError(
            f"The signal has shape {signal.shape}; expected (time, {len(leads)}), one column for each lead."
        )
    if not (math.isfinite(rate_hz) and rate_hz > 0):
        raise DataError(f"The sampling rate is {rate_hz} Hz; it must be positive.")
    if not 0 < len(signal) / rate_hz <= _LONGEST_S:
        raise DataError(
            f"The signal lasts {len(signal) / rate_hz:g} s; ECG paper is drawn for more than 0 and "
            f"at most {_LONGEST_S:g} s, so cut the recording first."
        )
    signal = signal[:, lead_order(list(leads), "The signal to draw")]
    return np.where(np.isfinite(signal), signal, np.nan)


def _checked_options(layout: str, rhythm_lead: str, speed_mm_s: float, gain_mm_mv: float) -> str:
    """The rhythm lead in the spelling of `LEADS`."""
    require_choice("layout", layout, LAYOUTS)
    name = canonical_lead(rhythm_lead) or rhythm_lead
    require_choice("rhythm_lead", name, LEADS)
    for what, value in (("speed_mm_s", speed_mm_s), ("gain_mm_mv", gain_mm_mv)):
        if not (math.isfinite(value) and value > 0):
            raise ConfigError(f"{what} is {value}; it must be positive.")
    return name


def _lay_out_page(
    spacing: RowSpacing,
    duration_s: float,
    speed_mm_s: float,
    title: str | None,
    subtitle: str | None,
    footer: str | None,
    room_mm: float,
) -> Page:
    pulse_mm = _up_to_square((_PULSE_S + 2 * _PULSE_FOOT_S) * speed_mm_s + 1)
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


def _millimetre_axes(figure: Figure, page: Page) -> Axes:
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    axes.set_xlim(0, page.width)
    axes.set_ylim(0, page.height)
    return axes


def _draw_grid(axes: Axes, page: Page) -> Patch:
    """Draw the squares in two collections of lines; returns the paper, to which traces are cut."""
    size = (page.right - page.left, page.top - page.bottom)
    paper = Rectangle((page.left, page.bottom), *size, facecolor=_PAPER, edgecolor="none", zorder=0)
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


def _draw_pulse(axes: Axes, page: Page, baseline: float, speed_mm_s: float, gain_mm_mv: float) -> None:
    rise, fall = _PULSE_FOOT_S, _PULSE_FOOT_S + _PULSE_S
    time_s = (0.0, rise, rise, fall, fall, fall + _PULSE_FOOT_S)
    height_mv = (0.0, 0.0, _PULSE_MV, _PULSE_MV, 0.0, 0.0)
    place = Affine2D().scale(speed_mm_s, gain_mm_mv).translate(page.left, baseline)
    _draw_line(axes, time_s, height_mv, place, "calibration")


def _draw_piece(
    axes: Axes,
    page: Page,
    piece: Piece,
    grid: Patch,
    rate_hz: float,
    speed_mm_s: float,
    gain_mm_mv: float,
) -> Line2D:
    baseline = page.baselines[piece.row]
    start_mm = page.time_zero + piece.start / rate_hz * speed_mm_s
    time_s = (piece.start + np.arange(len(piece.mv))) / rate_hz
    place = Affine2D().scale(speed_mm_s, gain_mm_mv)
    place.translate(page.time_zero, baseline - gain_mm_mv * piece.centre_mv)
    trace = _draw_line(axes, time_s, piece.mv, place, f"trace {piece.lead}")
    trace.set_clip_path(grid)
    if piece.columns.start > 0:
        ends = (baseline - _SEPARATOR_HALF_MM, baseline + _SEPARATOR_HALF_MM)
        separator = Line2D((start_mm, start_mm), ends, color=BLACK, linewidth=1.2, zorder=4)
        separator.set_gid("separator")
        axes.add_line(separator)
    axes.text(
        start_mm + 1.0,
        baseline + piece.label_mm,
        f"{piece.lead} (no data)" if piece.empty else piece.lead,
        fontsize=LABEL_PT,
        fontweight="bold",
        zorder=5,
        path_effects=[withStroke(linewidth=2.5, foreground=_PAPER)],
    )
    return trace


def _draw_shade(axes: Axes, trace: Line2D, colours: FloatArray, grid: Patch) -> None:
    """Colour the paper behind a trace, from halfway before each sample to halfway behind it."""
    points = np.asarray(trace.get_xydata())
    middles = (points[:-1] + points[1:]) / 2
    ways = np.stack([np.vstack([points[:1], middles]), points, np.vstack([middles, points[-1:]])], axis=1)
    shade = LineCollection(
        list(ways), colors=colours[: len(points)], linewidths=_SHADE_PT, capstyle="butt", joinstyle="round", zorder=2.5
    )
    shade.set_transform(trace.get_transform())
    shade.set_gid(f"shade {trace.get_gid()}")
    shade.set_clip_path(grid)
    axes.add_collection(shade, autolim=False)


def _draw_line(axes: Axes, time_s: Iterable[float], mv: Iterable[float], place: Affine2D, gid: str) -> Line2D:
    """A line given in seconds and millivolts, put on the paper by `place` (to mm)."""
    line = Line2D(
        np.asarray(time_s),
        np.asarray(mv),
        color=BLACK,
        linewidth=_TRACE_PT,
        solid_joinstyle="round",
        zorder=3,
        transform=place + axes.transData,
    )
    line.set_gid(gid)
    axes.add_line(line)
    return line


def _leaves_grid(page: Page, piece: Piece, gain_mm_mv: float) -> bool:
    if piece.empty:
        return False
    zero = page.baselines[piece.row] - gain_mm_mv * piece.centre_mv
    highest, lowest = (zero + gain_mm_mv * float(f(piece.mv)) for f in (np.nanmax, np.nanmin))
    return highest > page.top or lowest < page.bottom


def _draw_text(axes: Axes, page: Page, scale: str) -> None:
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
