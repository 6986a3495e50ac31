"""Results as plain text tables for a terminal."""

from collections.abc import Sequence
from typing import Any

from twelvelead.data.store.index import Entry

__all__ = ["format_card", "format_parts", "format_problems", "format_table"]


def format_table(header: Sequence[str], rows: Sequence[Sequence[object]], left: int = 1) -> str:
    """Columns as wide as their content; the first `left` ones to the left, the others to the right; None reads N/A."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = [
        "  ".join(c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip()
        for row in cells
    ]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([lines[0], rule, *lines[1:]])


def format_card(card: dict[str, Any], decisions: str) -> str:
    """Ranking metrics and the decisions at one kind of threshold ("at_0.5" or "at_thresholds"), per class and macro."""
    rows: list[list[object]] = []
    for name, ranking in card["classes"].items():
        d = card[decisions]["classes"][name]
        found = [d[key] for key in ("threshold", "sensitivity", "specificity", "precision", "f1")]
        area = _with_interval(ranking["auc"], ranking.get("auc_interval"))
        rows.append([name, ranking["positives"], area, ranking["average_precision"], *found])
    scored = f"macro ({card['classes_scored']} of {len(card['classes'])})"
    ranked: list[object] = [
        _with_interval(card["macro_auc"], card.get("macro_auc_interval")),
        card["macro_average_precision"],
    ]
    for name, average in card[decisions]["averages"].items():
        head = [scored, "", *ranked] if name == "macro" else [name, "", "", ""]
        rows.append([*head, "", average["sensitivity"], "", average["precision"], average["f1"]])
    header = [
        "class",
        "positives",
        "AUC [95 %]",
        "AP",
        "threshold",
        "sensitivity",
        "specificity",
        "precision",
        "F1",
    ]
    return format_table(header, rows)


def format_parts(description: dict[str, Any]) -> str:
    """Records, patients and positives of each part."""
    classes = description["classes"]
    rows = [
        [name, part["records"], part["patients"], part["unlabelled"], *part["positives"].values()]
        for name, part in description["parts"].items()
    ]
    return format_table(["part", "records", "patients", "unlabelled", *classes], rows)


def format_problems(problems: Sequence[Entry], most: int = 10) -> str:
    """Records that are left out or kept with a remark; a long list is cut and counted."""
    rows = [[e.ecg_id, e.file, e.status, e.reason] for e in problems[:most]]
    text = format_table(["ecg_id", "file", "", "reason"], rows, left=4)
    rest = len(problems) - most
    return text + (f"\n... and {rest:,} more" if rest > 0 else "")


def _with_interval(value: float | None, interval: dict[str, Any] | None) -> str:
    """A value with its 95 % interval, where there is one."""
    return _cell(value) + (f" [{interval['low']:.3f}, {interval['high']:.3f}]" if interval else "")


def _cell(value: object) -> str:
    if value is None:
        return "N/A"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, int):
        return f"{value:,}" if value > 99_999 else str(value)
    return str(value)
