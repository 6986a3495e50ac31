"""Results: rows with a ratio and its target, checks that both ways give the same, and the table of both."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Findings:
    """What one part of the benchmark found."""

    rows: list[dict[str, Any]]
    equal: list[dict[str, Any]]
    details: dict[str, Any]
    """Sizes and single measurements, for the JSON file."""


def row(what: str, unit: str, assignment: float, twelvelead: float, target: float | None) -> dict[str, Any]:
    """A measurement of both ways; the ratio is the gain: ECG/s are better higher, s and MiB lower."""
    ratio = twelvelead / assignment if unit == "ECG/s" else assignment / twelvelead
    return {
        "what": what,
        "unit": unit,
        "assignment": assignment,
        "twelvelead": twelvelead,
        "ratio": ratio,
        "target": target,
        "met": None if target is None else ratio >= target,
    }


def check(what: str, difference: float, limit: float) -> dict[str, Any]:
    """The largest difference between the two ways, and whether it is small enough."""
    return {"what": what, "difference": difference, "limit": limit, "met": bool(difference <= limit)}


def render(result: dict[str, Any]) -> str:
    """The table, the checks and the machine, for people."""
    lines = [("what", "assignment's way", "twelvelead", "ratio", "target", "met")]
    for entry in result["rows"]:
        target, met = ("-", "-") if entry["target"] is None else (f"{entry['target']:g}x", _yes(entry["met"]))
        values = (f"{_number(entry[side])} {entry['unit']}" for side in ("assignment", "twelvelead"))
        lines.append((entry["what"], *values, f"{_number(entry['ratio'])}x", target, met))
    widths = [max(map(len, column)) for column in zip(*lines)]
    text = ["  ".join(_align(i, cell, width) for i, (cell, width) in enumerate(zip(line, widths))) for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    text.append("")
    for entry in result["equal"]:
        text.append(
            f"same {entry['what']}: {_yes(entry['met'])} "
            f"(largest difference {entry['difference']:.1e}, limit {entry['limit']:.0e})"
        )
    about = result["machine"]
    text.append(
        f"{about['cpu']}, {about['usable_cores']} usable cores, {about['device']}, torch {about['torch']} with "
        f"{about['torch_threads']} threads; both ways with GOMP_SPINCOUNT={about['GOMP_SPINCOUNT']}."
    )
    return "\n".join(text)


def _align(column: int, cell: str, width: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _yes(value: bool) -> str:
    return "yes" if value else "NO"
