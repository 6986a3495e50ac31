"""How large the pictures of a printed report are drawn, so that few pages are needed and few end half empty.

Nothing is moved: what is printed flows from page to page as it always does, in the order of reading. But a picture
that is a little too high for the rest of its page leaves that rest blank, so pictures may be drawn smaller.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Piece", "picture_shares"]

SMALLEST = 0.8
"""Share of its full size below which no picture is drawn for the sake of a page: letters of 8 pt in a figure that is
made as wide as the text stay larger than 6 pt."""

_STEPS = 25
"""Sizes that are tried, beside the full one."""

_SHRINKING = 2.0
"""What it costs to draw a picture smaller, times the square of what is taken away. An empty page costs 1, and the blank
foot of a page the square of its share of the page."""

_CUTTING = 0.25
"""What it costs each time that a long table goes on, on the next page, beside that page."""

_OVER_THE_EDGE = 100.0
"""What it costs that something is higher than a page."""

_TO_BEGIN_MM = 60.0
"""A long table begins on the next page where less than this is left."""

_SAFETY_MM = 1.0
"""Left free on each page, for sums of rounded heights."""


@dataclass(frozen=True)
class Piece:
    """What is printed between two places where a page could end, as it was measured; heights in mm."""

    alone: float
    """Height at the top of a page."""
    below: float
    """Height below the piece before it, with the distance between them."""
    drawn: float = 0.0
    """What its pictures take of that at full size; 0 for none."""
    rows: int = 0
    """Of a table that may go on, on the next page; 0: the piece is kept whole."""
    sticky: bool = False
    """Stands on the page on which the next piece begins."""


@dataclass(frozen=True)
class _Filled:
    """Pages filled so far."""

    cost: float
    y: float
    """Height used of the last page."""
    shares: tuple[float, ...]


def picture_shares(pieces: Sequence[Piece], height: float) -> list[float]:
    """For each piece the share of its full size at which its pictures are best drawn; 1 where it has none.

    A shortest path over the pieces: after each one, the cheapest way to every height (to the millimetre) is kept.

    Args:
        pieces: in the order of reading.
        height: of a page, without its margins, in mm.
    """
    usable = height - _SAFETY_MM
    ways = [_Filled(0.0, 0.0, ())]
    for group in _groups(pieces):
        best: dict[int, _Filled] = {}
        for way in ways:
            for share in _shares(group, usable):
                cost, y = _placed(group, share, way.y, usable)
                cost += way.cost + _SHRINKING * (1 - share) ** 2
                if round(y) not in best or cost < best[round(y)].cost:
                    best[round(y)] = _Filled(cost, y, (*way.shares, *[1.0] * (len(group) - 1), share))
        ways = list(best.values())
    return list(min(ways, key=lambda way: way.cost).shares)


def _groups(pieces: Sequence[Piece]) -> list[Sequence[Piece]]:
    """Runs of pieces that begin on the same page."""
    ends = [0, *(i for i, piece in enumerate(pieces, 1) if not piece.sticky or i == len(pieces))]
    return [pieces[first:last] for first, last in pairwise(ends)]


def _shares(group: Sequence[Piece], usable: float) -> list[float]:
    """The sizes to try for the pictures of a group's last piece, the only one that may have any."""
    drawn = group[-1].drawn
    if not drawn:
        return [1.0]
    room = usable - (_height(group, 1.0, top=True) - drawn)
    smallest = min(SMALLEST, max(0.999 * room / drawn, 0.1))
    return [1 - (1 - smallest) * step / _STEPS for step in range(_STEPS + 1)]


def _height(group: Sequence[Piece], share: float, *, top: bool) -> float:
    first = group[0].alone if top else group[0].below
    return first + sum(piece.below for piece in group[1:]) - (1 - share) * group[-1].drawn


def _placed(group: Sequence[Piece], share: float, y: float, usable: float) -> tuple[float, float]:
    """What it costs to print the group below what fills `y` of the page, and what it then fills of its last page."""
    needed = _height(group, share, top=y == 0)
    if y + needed <= usable:
        return 0.0, y + needed
    lead = needed - group[-1].below if len(group) > 1 else 0.0
    if y and not (group[-1].rows and y + lead + _TO_BEGIN_MM <= usable):
        cost, rest = _placed(group, share, 0.0, usable)
        return cost + 1 + ((usable - y) / usable) ** 2, rest
    rows = group[-1].rows
    row = group[-1].below / max(rows, 1)
    if not rows or row >= usable:
        return _OVER_THE_EDGE, min(needed, usable)
    pages, rest = 0, needed - (usable - y)
    while rest > 0:
        pages, left, rest = pages + 1, rest + row, rest + row - usable  # the head is repeated
    return pages * (1 + _CUTTING), math.ceil(left / row) * row
