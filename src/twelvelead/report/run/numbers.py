"""How numbers are written in a report: one way everywhere, N/A for what is not defined."""

from collections.abc import Mapping
from typing import Any

from twelvelead.report.run.document import Cell

__all__ = ["NOT_DEFINED", "count", "duration", "interval", "score", "scored", "share", "with_interval"]

NOT_DEFINED = "N/A"


def score(value: float | None) -> str:
    """A score from 0 to 1, three decimals."""
    return NOT_DEFINED if value is None else f"{value:.3f}"


def interval(bounds: Mapping[str, Any] | None) -> str:
    """A 95 % interval such as [0.851, 0.893]; "" where there is none."""
    return f"[{bounds['low']:.3f}, {bounds['high']:.3f}]" if bounds else ""


def with_interval(value: float | None, bounds: Mapping[str, Any] | None) -> str:
    """A score and its interval in one line."""
    return f"{score(value)} {interval(bounds)}".rstrip()


def scored(scores: Mapping[str, Any], name: str) -> Cell:
    """The score of that name with its interval below."""
    return Cell(score(scores.get(name)), interval(scores.get(f"{name}_interval")))


def count(value: int | None) -> str:
    """A whole number with thousands set apart."""
    return NOT_DEFINED if value is None else f"{value:,}"


def share(part: int, whole: int) -> str:
    """A share of records in percent; "" of none."""
    return f"{100 * part / whole:.1f} %" if whole else ""


def duration(seconds: float | None) -> str:
    """A time of work in the unit that suits it."""
    if seconds is None:
        return NOT_DEFINED
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
