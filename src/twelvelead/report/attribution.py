"""A recording on ECG paper with what speaks for a class shaded behind its traces, and a key below it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from twelvelead.errors import DataError
from twelvelead.leads import LEADS
from twelvelead.report.ecg_page import Page
from twelvelead.report.ecg_paper import draw_paper
from twelvelead.report.style import BLUE, GREY, ORANGE, SMALL_PT, FloatArray

__all__ = ["plot_attribution"]

_SHARE_SHOWN_IN_FULL = 0.99
"""Of the samples; the strongest ones share the full colour, so that one of them cannot make all others pale."""

_STRONGEST = 0.75
"""Opacity of the full colour."""

_BAR_MM, _SCALE_MM, _SCALE_HIGH_MM = 12.0, 60.0, 3.0
_LEAD_MM = 12.0
_KEY_MM, _SCALE_ROOM_MM = 32.0, 10.0
"""Height of the key with bars for each lead, and without."""

_FOOT_MM = 4.0
"""From the paper's lower edge to the key."""


def plot_attribution(
    signal_mv: FloatArray,
    rate_hz: float,
    attribution: FloatArray,
    class_name: str,
    *,
    unit: str = "",
    layout: str = "3x4+1",
    title: str | None = None,
    subtitle: str | None = None,
    footer: str | None = None,
    leads: Sequence[str] = LEADS,
) -> Figure:
    """Draw which samples speak for a class (orange) and which against it (blue).

    The colours' opacity grows with the absolute attribution, up to its 99th percentile. Below the grid stand the scale,
    and each lead's share of the absolute attribution in the whole picture's time. Where the attribution is 0
    throughout, a line says so instead.

    Args:
        signal_mv: `(time, lead)`, millivolts, at most 60 s.
        rate_hz: samples per second.
        attribution: `(time, lead)` as the signal; or `(time, 1)`, of all leads together: the same shade behind all of
            them, and no shares.
        class_name: what it speaks for.
        unit: of the attribution; empty: none.
        layout, title, subtitle, footer, leads: as for `plot_ecg`.

    Returns:
        A Figure whose size is the size of the paper.

    Raises:
        DataError: the attribution is of another shape or not finite, or as `plot_ecg`.
        ConfigError, FormatError: as `plot_ecg`.
    """
    attribution = np.asarray(attribution, dtype=np.float64)
    signal_mv = np.asarray(signal_mv)
    if attribution.shape not in (signal_mv.shape, (len(signal_mv), 1)) or not np.isfinite(attribution).all():
        raise DataError(
            f"The attribution has shape {attribution.shape}; expected are finite numbers of the signal's shape "
            f"{signal_mv.shape}, or one column."
        )
    per_lead = attribution.shape[1] > 1
    key_mm = _KEY_MM if per_lead else _SCALE_ROOM_MM
    nothing = not attribution.any()
    meaning = f"Not shaded: the attribution to {class_name} is 0." if nothing else _meaning(class_name, unit, per_lead)
    full = float(np.quantile(np.abs(attribution), _SHARE_SHOWN_IN_FULL)) or float(np.abs(attribution).max()) or 1.0
    figure, axes, page = draw_paper(
        signal_mv,
        rate_hz,
        layout=layout,
        title=title,
        subtitle=subtitle,
        footer=f"{footer}\n{meaning}" if footer else meaning,
        leads=leads,
        shade=np.broadcast_to(_colours(attribution / full), (*signal_mv.shape, 4)),
        room_mm=0.0 if nothing else key_mm,
    )
    if nothing:
        return figure
    if per_lead:
        _draw_bars(axes, page, attribution, leads)
    _draw_scale(axes, page, _FOOT_MM + key_mm - _SCALE_ROOM_MM, full, signed=per_lead)
    return figure


def _meaning(class_name: str, unit: str, per_lead: bool) -> str:
    strongest = f"{unit + '; ' if unit else ''}the strongest 1 % in full colour"
    if not per_lead:
        return f"Orange: speaks for {class_name} ({strongest}); of all leads together, whatever lead it stands behind."
    return (
        f"Orange: speaks for {class_name}, blue: against it ({strongest}). "
        "Bars: each lead's share of the absolute attribution."
    )


def _colours(strength: FloatArray) -> FloatArray:
    """`(..., 4)` red, green, blue, opacity of values from -1 (against) to 1 (for)."""
    colour = np.where(strength[..., None] < 0, to_rgb(BLUE), to_rgb(ORANGE))
    return np.concatenate([colour, _STRONGEST * np.clip(np.abs(strength), 0, 1)[..., None]], axis=-1)


def _draw_scale(axes: Axes, page: Page, bottom: float, full: float, signed: bool) -> None:
    """A bar of all colours with its ends' values."""
    steps = np.linspace(-1 if signed else 0, 1, 121)
    wide, foot = _SCALE_MM / len(steps), bottom + 4.0
    for number, colour in enumerate(_colours(steps)):
        place = (page.left + number * wide, foot)
        axes.add_patch(Rectangle(place, wide, _SCALE_HIGH_MM, facecolor=tuple(colour), edgecolor="none", zorder=3))
    axes.add_patch(Rectangle((page.left, foot), _SCALE_MM, _SCALE_HIGH_MM, fill=False, edgecolor=GREY, linewidth=0.5))
    ends = (f"−{full:.2g}", "0", f"{full:.2g}") if signed else ("0", "", f"{full:.2g}")
    for share, text, side in zip((0.0, 0.5, 1.0), ends, ("left", "center", "right")):
        axes.text(page.left + share * _SCALE_MM, foot - 0.8, text, ha=side, va="top", fontsize=SMALL_PT)


def _draw_bars(axes: Axes, page: Page, attribution: FloatArray, leads: Sequence[str]) -> None:
    """Each lead's share of the absolute attribution: what speaks for the class, and above it what speaks against."""
    whole = float(np.abs(attribution).sum()) or 1.0
    parts = np.stack([np.clip(attribution, 0, None).sum(axis=0), np.clip(-attribution, 0, None).sum(axis=0)]) / whole
    scale = _BAR_MM / (parts.sum(axis=0).max() or 1.0)
    pitch, foot = min(_LEAD_MM, (page.right - page.left) / len(leads)), _FOOT_MM + 4.0
    for number, lead in enumerate(leads):
        left, y = page.left + number * pitch, foot
        for share, colour in zip(parts[:, number], (ORANGE, BLUE)):
            axes.add_patch(Rectangle((left, y), 0.7 * pitch, share * scale, facecolor=colour, edgecolor="none"))
            y += share * scale
        middle, percent = left + 0.35 * pitch, f"{100 * parts[:, number].sum():.0f} %"
        axes.text(middle, y + 0.5, percent, ha="center", va="bottom", fontsize=SMALL_PT - 1)
        axes.text(middle, foot - 0.8, lead, ha="center", va="top", fontsize=SMALL_PT)
