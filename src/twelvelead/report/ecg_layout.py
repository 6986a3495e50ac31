"""Which lead stands where on ECG paper, and how far apart the rows are: numbers only, no drawing.

A layout is a table of lead names. A row of one lead shows the whole recording; a row of several
shows each lead for its part of the time, so that the time runs on from column to column.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twelvelead.leads import LEADS
from twelvelead.report.style import FloatArray

__all__ = ["LAYOUTS", "SQUARE_MM", "Piece", "RowSpacing", "cut_pieces", "space_rows"]

SQUARE_MM = 5.0
"""Side of a large square of ECG paper; the rows lie on its lines."""

LAYOUTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "3x4+1": (("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6")),
    "12x1": tuple((lead,) for lead in LEADS),
    "6x2": tuple(zip(LEADS[:6], LEADS[6:])),
}
"""Leads by row and column; "3x4+1" gets the rhythm lead as one more row."""

_PITCH_LIMITS_MM = {"3x4+1": (25.0, 45.0), "6x2": (20.0, 35.0), "12x1": (15.0, 30.0)}
"""Least and greatest distance of two rows at 10 mm/mV or less, chosen by eye: room for 1.5 to
2.5 mV at least, and at most 3 to 4.5 mV. A greater gain raises the greatest distance with it."""

_USUAL_GAIN_MM_MV = 10.0

_EDGE_LIMITS_MM = (15.0, 45.0)
"""Least and greatest distance of the first and last row from the edge of the grid."""

_CLEAR_MM = 2.0
"""Paper left free between the lowest point of a row and the highest point of the next."""

LABEL_HEIGHT_MM = 3.0
"""Height that a lead's name takes: capitals of 9 pt are 2.3 mm high."""

_LABEL_WIDTH_MM = 9.0
"""Width at the start of a piece that its name may cover: "aVR" in bold 9 pt is 7.5 mm wide."""

_LABEL_RISE_MM = (3.5, 12.0)
"""Least and greatest height of a lead's name above its row."""


@dataclass(frozen=True)
class Piece:
    """One lead's part of the recording at its place on the paper."""

    lead: str
    row: int
    columns: range
    """The columns that the piece covers; the last row of "3x4+1" covers all."""
    start: int
    """Number of the first sample of the recording that is shown."""
    mv: FloatArray
    """The samples as they came, `(time,)`, millivolts, NaN in gaps."""
    centre_mv: float
    """The value that lies on the row's line: the median, because an ECG has no absolute zero."""
    label_mm: float
    """From the row's line up to the foot of the lead's name, clear of the trace if possible."""

    @property
    def empty(self) -> bool:
        """Whether there is no sample to draw."""
        return not np.isfinite(self.mv).any()


@dataclass(frozen=True)
class RowSpacing:
    """Vertical distances in mm, all multiples of `SQUARE_MM`."""

    above: float
    """From the upper edge of the grid to the first row."""
    gaps: tuple[float, ...]
    """From each row to the next."""
    below: float
    """From the last row to the lower edge of the grid."""


def cut_pieces(
    signal_mv: FloatArray,
    layout: str,
    rhythm_lead: str,
    rate_hz: float,
    speed_mm_s: float,
    gain_mm_mv: float,
) -> list[Piece]:
    """Cut a recording `(time, 12)` in the order of `LEADS` into the pieces of a layout, row by row.

    A row of n leads changes lead at the samples nearest to 1/n, 2/n, ... of the recording: at 2.5,
    5 and 7.5 s in the three-row part of a 10 s "3x4+1".
    """
    rows = LAYOUTS[layout]
    width = len(rows[0])
    if layout == "3x4+1":
        rows = (*rows, (rhythm_lead,))
    label_samples = max(1, math.ceil(_LABEL_WIDTH_MM / speed_mm_s * rate_hz))
    pieces = []
    for row, names in enumerate(rows):
        bounds = [round(part * len(signal_mv) / len(names)) for part in range(len(names) + 1)]
        for part, lead in enumerate(names):
            start, stop = bounds[part], bounds[part + 1]
            mv = signal_mv[start:stop, LEADS.index(lead)]
            centre = _median(mv)
            columns = range(part, part + 1) if len(names) == width else range(width)
            label_mm = _label_height((mv[:label_samples] - centre) * gain_mm_mv)
            pieces.append(Piece(lead, row, columns, start, mv, centre, label_mm))
    return pieces


def space_rows(pieces: Sequence[Piece], layout: str, gain_mm_mv: float) -> RowSpacing:
    """Distances between the rows, wide enough for the traces but within fixed limits.

    Beyond the limits traces of neighbouring rows overlap, as they do on any recorder's paper.
    """
    up, down = _extents(pieces, gain_mm_mv)
    needs = (down[:-1] + up[1:] + _CLEAR_MM).max(axis=1)
    gaps = tuple(_limited(need, _PITCH_LIMITS_MM[layout], gain_mm_mv) for need in needs)
    above = _limited(up[0].max() + _CLEAR_MM, _EDGE_LIMITS_MM, gain_mm_mv)
    below = _limited(down[-1].max() + _CLEAR_MM, _EDGE_LIMITS_MM, gain_mm_mv)
    return RowSpacing(above, gaps, below)


def _extents(pieces: Sequence[Piece], gain_mm_mv: float) -> tuple[FloatArray, FloatArray]:
    """How far each row reaches above and below its line in each column: two `(row, column)`, mm."""
    shape = (pieces[-1].row + 1, max(piece.columns.stop for piece in pieces))
    up, down = np.zeros(shape), np.zeros(shape)
    for piece in pieces:
        high, low = piece.label_mm + LABEL_HEIGHT_MM, 0.0
        if not piece.empty:
            high = max(high, (float(np.nanmax(piece.mv)) - piece.centre_mv) * gain_mm_mv)
            low = (piece.centre_mv - float(np.nanmin(piece.mv))) * gain_mm_mv
        columns = slice(piece.columns.start, piece.columns.stop)
        up[piece.row, columns], down[piece.row, columns] = high, low
    return up, down


def _limited(need_mm: float, limits_mm: tuple[float, float], gain_mm_mv: float) -> float:
    """`need_mm` within the limits, in whole squares, and never too little for the 1 mV pulse."""
    least, most = limits_mm
    least = max(least, gain_mm_mv + SQUARE_MM)
    most = max(most * max(1.0, gain_mm_mv / _USUAL_GAIN_MM_MV), least)
    return math.ceil(min(max(need_mm, least), most) / SQUARE_MM) * SQUARE_MM


def _median(mv: FloatArray) -> float:
    finite = mv[np.isfinite(mv)]
    return float(np.median(finite)) if finite.size else 0.0


def _label_height(start_mm: FloatArray) -> float:
    """Just above `start_mm`, the trace below the name in mm from the row's line."""
    finite = start_mm[np.isfinite(start_mm)]
    highest = float(finite.max()) if finite.size else 0.0
    least, most = _LABEL_RISE_MM
    return min(max(highest + 1.0, least), most)
