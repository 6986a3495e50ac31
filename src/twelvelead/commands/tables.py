"""Results as plain text tables for a terminal."""

from collections.abc import Sequence
from typing import Any

from twelvelead.data.store.index import Entry

__all__ = [
    "format_calibration",
    "format_card",
    "format_comparison",
    "format_interval",
    "format_parts",
    "format_problems",
    "format_subgroups",
    "format_table",
]


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
        area = format_interval(ranking["auc"], ranking.get("auc_interval"))
        rows.append([name, ranking["positives"], area, ranking["average_precision"], *found])
    scored = f"macro ({card['classes_scored']} of {len(card['classes'])})"
    ranked: list[object] = [
        format_interval(card["macro_auc"], card.get("macro_auc_interval")),
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


def format_calibration(card: dict[str, Any], scaling: dict[str, Any] | None, temperature: float) -> str:
    """Brier score and expected calibration error of a part, and what a fitted temperature would make of them.

    `temperature` is the one that is in use already; 1 for none.
    """
    found = card["calibration"]
    rows: list[list[object]] = [
        [name, scores["brier"], scores["expected_calibration_error"]] for name, scores in found["classes"].items()
    ]
    rows.append(["macro", found["macro_brier"], found["macro_expected_calibration_error"]])
    if scaling and temperature == 1:
        after = scaling["after"]
        rows.append(
            [
                f"macro, with temperature {scaling['temperature']:.3f} from validation",
                after["macro_brier"],
                after["macro_expected_calibration_error"],
            ]
        )
    table = format_table(["class", "Brier score", "calibration error"], rows)
    return table if temperature == 1 else f"{table}\ntemperature {temperature:.3f}, fitted on validation, is in use"


def format_subgroups(rows: Sequence[dict[str, Any]]) -> str:
    """Macro AUC of each subgroup, with a mark where `warnings` say that it is small."""
    cells = [
        [
            row["variable"],
            row["group"],
            row["records"],
            row["patients"],
            format_interval(row["macro_auc"], row["macro_auc_interval"]),
            f"{row['classes_scored']} of {len(row['classes'])}",
            "!" if row["warnings"] else "",
        ]
        for row in rows
    ]
    header = ["grouped by", "group", "records", "patients", "macro AUC [95 %]", "classes", ""]
    table = format_table(header, cells, left=2)
    if not any(row["warnings"] for row in rows):
        return table
    return f"{table}\n! WARNING: a small group, or a class with few records in it; metrics.json says which"


def format_comparison(found: dict[str, Any]) -> str:
    """Both models' AUC and average precision, macro and per class, with the difference's interval and p-values."""
    rows: list[list[object]] = []
    for metric, title in (("auc", "AUC"), ("average_precision", "AP")):
        scored = found[metric]
        classes = scored["classes"]
        macro = (f"macro ({scored['classes_scored']} of {len(classes)})", scored["macro"])
        for name, row in (macro, *classes.items()):
            difference = "N/A" if row["difference"] is None else f"{row['difference']:+.4f}"
            if row["interval"]:
                difference += f" [{row['interval']['low']:+.4f}, {row['interval']['high']:+.4f}]"
            holm = "" if row is scored["macro"] else row["p_value_holm"]
            positives = row.get("positives", "")
            mark = "!" if name in found["few_positives"] else ""
            rows.append([title, name, positives, row["first"], row["second"], difference, row["p_value"], holm, mark])
    header = ["", "class", "positives", "first", "second", "difference [95 %]", "p", "p (Holm)", ""]
    return format_table(header, rows, left=2)


def format_interval(value: float | None, interval: dict[str, Any] | None) -> str:
    """A value with its 95 % interval, where there is one."""
    return _cell(value) + (f" [{interval['low']:.3f}, {interval['high']:.3f}]" if interval else "")


def format_parts(description: dict[str, Any]) -> str:
    """Records, patients and positives of each part."""
    classes = description["classes"]
    rows = [
        [name, part["records"], part["patients"], part["unlabelled"], *part["positives"].values()]
        for name, part in description["parts"].items()
        if part["records"]
    ]
    return format_table(["part", "records", "patients", "unlabelled", *classes], rows)


def format_problems(problems: Sequence[Entry], most: int = 10) -> str:
    """Records that are left out or kept with a remark; a long list is cut and counted."""
    rows = [[e.ecg_id, e.file, e.status, e.reason] for e in problems[:most]]
    text = format_table(["ecg_id", "file", "", "reason"], rows, left=4)
    rest = len(problems) - most
    return text + (f"\n... and {rest:,} more" if rest > 0 else "")


def _cell(value: object) -> str:
    if value is None:
        return "N/A"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, int):
        return f"{value:,}" if value > 99_999 else str(value)
    return str(value)
