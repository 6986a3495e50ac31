"""The traces on ECG paper: calibration pulses, the leads' pieces with their names, colours behind them."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Affine2D

from twelvelead.report.ecg_layout import Piece
from twelvelead.report.ecg_page import PAPER, PULSE_FOOT_S, PULSE_MV, PULSE_S, Page
from twelvelead.report.style import BLACK, LABEL_PT, FloatArray

__all__ = ["draw_piece", "draw_pulse", "draw_shade", "leaves_grid"]

_TRACE_PT = 0.7
_SHADE_PT = 5.0
_SEPARATOR_HALF_MM = 3.0


def draw_pulse(axes: Axes, page: Page, baseline: float, speed_mm_s: float, gain_mm_mv: float) -> None:
    """Draw the calibration pulse at the beginning of a row."""
    rise, fall = PULSE_FOOT_S, PULSE_FOOT_S + PULSE_S
    time_s = (0.0, rise, rise, fall, fall, fall + PULSE_FOOT_S)
    height_mv = (0.0, 0.0, PULSE_MV, PULSE_MV, 0.0, 0.0)
    place = Affine2D().scale(speed_mm_s, gain_mm_mv).translate(page.left, baseline)
    _draw_line(axes, time_s, height_mv, place, "calibration")


def draw_piece(
    axes: Axes,
    page: Page,
    piece: Piece,
    grid: Patch,
    rate_hz: float,
    speed_mm_s: float,
    gain_mm_mv: float,
) -> Line2D:
    """Draw a lead's piece, its name, and a separator where a column begins; returns the trace, cut at the grid."""
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
        path_effects=[withStroke(linewidth=2.5, foreground=PAPER)],
    )
    return trace


def draw_shade(axes: Axes, trace: Line2D, colours: FloatArray, grid: Patch) -> None:
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


def leaves_grid(page: Page, piece: Piece, gain_mm_mv: float) -> bool:
    """Whether a part of the trace lies outside the grid."""
    if piece.empty:
        return False
    zero = page.baselines[piece.row] - gain_mm_mv * piece.centre_mv
    highest, lowest = (zero + gain_mm_mv * float(f(piece.mv)) for f in (np.nanmax, np.nanmin))
    return highest > page.top or lowest < page.bottom


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
