"""A recording on true ECG paper: 1 mm and 5 mm squares, exact millimetres when printed at 100 %.

One axes covers the whole figure, and its unit is the millimetre. Each trace keeps its data in
seconds and millivolts; a transform of its own takes them to the paper.
"""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from twelvelead.errors import ConfigError, DataError, require_choice
from twelvelead.leads import LEADS, canonical_lead, lead_order
from twelvelead.report.ecg_layout import LAYOUTS, cut_pieces, space_rows
from twelvelead.report.ecg_page import Page, draw_grid, lay_out_page, new_page, write_text
from twelvelead.report.ecg_traces import draw_piece, draw_pulse, draw_shade, leaves_grid
from twelvelead.report.style import FloatArray

__all__ = ["Page", "draw_paper", "plot_ecg"]

_LONGEST_S = 60.0
"""Longest recording that is drawn: 1.5 m of paper at 25 mm/s."""


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
    page = lay_out_page(spacing, len(signal_mv) / rate_hz, speed_mm_s, title, subtitle, footer, room_mm)

    figure, axes = new_page(page)
    grid = draw_grid(axes, page)
    for baseline in page.baselines:
        draw_pulse(axes, page, baseline, speed_mm_s, gain_mm_mv)
    for piece in pieces:
        trace = draw_piece(axes, page, piece, grid, rate_hz, speed_mm_s, gain_mm_mv)
        if shade is not None:
            draw_shade(axes, trace, shade[piece.start :, LEADS.index(piece.lead)], grid)
    scale = f"{speed_mm_s:g} mm/s   {gain_mm_mv:g} mm/mV   {rate_hz:g} Hz"
    if any(leaves_grid(page, piece, gain_mm_mv) for piece in pieces):
        scale += "   (amplitude cut at the edge of the grid)"
    write_text(axes, page, scale)
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
