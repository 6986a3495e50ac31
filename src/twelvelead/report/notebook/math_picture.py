"""LaTeX math as a picture, drawn by matplotlib's mathtext, which knows the common part of LaTeX and needs none."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from twelvelead.report.save import figure_bytes
from twelvelead.report.style import POINTS_PER_INCH

__all__ = ["MathPicture", "draw_math"]

FONT_FAMILY = "stix"
"""The mathtext font that goes best with a serif text."""

MAX_CHARACTERS = 2000
MAX_SIZE_PT = 3000.0

_LAST_LETTER_PLANE = 0x2BFF
"""Beyond it (Asian scripts, pictographs) mathtext has no signs and would draw a dummy instead."""


@dataclass(frozen=True)
class MathPicture:
    """An SVG drawing of a formula and, in points, its size and how far it reaches below the line of text."""

    svg: bytes
    width_pt: float
    height_pt: float
    depth_pt: float


def draw_math(formula: str, size_pt: float) -> MathPicture | None:
    """Draw a formula.

    Args:
        formula: LaTeX, without the dollar signs around it.
        size_pt: size of the letters.

    Returns:
        The drawing; None for a formula that mathtext cannot read.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    source = " ".join(formula.split())
    if not source or len(source) > MAX_CHARACTERS or max(map(ord, source)) > _LAST_LETTER_PLANE:
        return None
    font = FontProperties(size=size_pt, math_fontfamily=FONT_FAMILY)
    try:
        parsed = MathTextParser("path").parse(f"${source}$", dpi=POINTS_PER_INCH, prop=font)
    except (ValueError, RecursionError, OverflowError):
        return None
    width, height, depth = (float(value) for value in parsed[:3])
    if not all(map(isfinite, (width, height, depth))) or not (0 < width < MAX_SIZE_PT and 0 < height < MAX_SIZE_PT):
        return None
    return MathPicture(_svg(f"${source}$", font, width, height, depth), width, height, depth)


def _svg(text: str, font: Any, width: float, height: float, depth: float) -> bytes:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH))
    figure.patch.set_alpha(0)
    figure.text(0, depth / height, text, fontproperties=font)
    return figure_bytes(figure, "svg")
