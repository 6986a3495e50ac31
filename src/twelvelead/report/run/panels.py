"""Which classes get a panel of their own, where there are too many for all of them."""

from collections.abc import Mapping
from typing import Any

__all__ = ["MOST_PANELS", "panel_classes"]

MOST_PANELS = 9
"""Three rows of three: what fits on a page."""


def panel_classes(card: Mapping[str, Any]) -> list[str]:
    """The most frequent classes of a part's metrics, at most `MOST_PANELS`, in their own order."""
    positives = {name: scores["positives"] for name, scores in card["classes"].items()}
    frequent = sorted(positives, key=lambda name: -positives[name])[:MOST_PANELS]
    return [name for name in positives if name in frequent]
