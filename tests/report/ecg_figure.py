"""What tests read from a drawn ECG: its lines, its words, and places in millimetres."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from twelvelead.report.style import MM_PER_INCH

RATE_HZ = 100.0


def lines(figure: Figure, gid: str) -> list[Line2D]:
    return [line for line in figure.axes[0].lines if line.get_gid() == gid]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def on_paper_mm(figure: Figure, line: Line2D, points: np.ndarray) -> np.ndarray:
    """Points in a line's own data, as millimetres on the paper."""
    return line.get_transform().transform(points) / figure.dpi * MM_PER_INCH
