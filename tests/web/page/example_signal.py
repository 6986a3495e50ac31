"""The example's signal, parsed without the package's readers, and where its samples lie on the package's own paper."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from twelvelead.leads import LEADS
from twelvelead.report.ecg_layout import Piece, RowSpacing, cut_pieces, space_rows
from web.page.driving import Watched

RATE_HZ = 500
TIME_ZERO_MM = 10.0
"""Where the recording starts at 25 mm/s: a pulse of 0.3 s and 1 mm, in whole squares."""


def example_mv(page: Watched, name: str) -> np.ndarray:
    """`(time, 12)` millivolts of an example's CSV file."""
    rows = list(csv.reader(io.StringIO(page.fetch(f"/api/examples/{name}").text())))
    assert rows[0] == ["time (s)", *(f"{lead} (mV)" for lead in LEADS)]
    return np.array(rows[1:], dtype=float)[:, 1:]


@dataclass(frozen=True)
class OnPaper:
    """A layout at 25 mm/s and 10 mm/mV, as the package's plots have it."""

    pieces: list[Piece]
    spacing: RowSpacing

    def baseline(self, row: int) -> float:
        """mm from the top."""
        return self.spacing.above + sum(self.spacing.gaps[:row])

    def place(self, row: int, sample: int) -> tuple[float, float]:
        """mm from the left and from the top to a sample of the recording on a row."""
        piece = next(p for p in self.pieces if p.row == row and p.start <= sample < p.start + len(p.mv))
        x = TIME_ZERO_MM + sample / RATE_HZ * 25
        return x, self.baseline(row) - (float(piece.mv[sample - piece.start]) - piece.centre_mv) * 10


def on_paper(signal_mv: np.ndarray, layout: str = "3x4+1", **scale: Any) -> OnPaper:
    """Where the package's own plots put a recording."""
    speed, gain = scale.get("speed", 25.0), scale.get("gain", 10.0)
    pieces = cut_pieces(signal_mv, layout, "II", RATE_HZ, speed, gain)
    return OnPaper(pieces, space_rows(pieces, layout, gain))


def lead_of(row: int, signal_mv: np.ndarray) -> np.ndarray:
    """The samples of the rhythm row (3) or of the first column's leads."""
    return signal_mv[:, LEADS.index(("I", "II", "III", "II")[row])]
