"""Whether the model does as well for everybody."""

from collections.abc import Mapping
from typing import Any

from twelvelead.report.run.document import Cell, Column, Picture, Section, Table, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, scored, with_interval

__all__ = ["subgroups"]

NO_BREAK = "\u00a0"

_MOST_NAMED = 6
"""Classes that a warning names; more are only counted."""


def subgroups(material: Material) -> Section | None:
    """A forest plot and the table behind it; None where the records are not described."""
    groups = material.metrics.get("subgroups")
    if not groups:
        return None
    overall = with_interval(material.test["macro_auc"], material.test.get("macro_auc_interval"))
    how = plain(
        f"Macro AUC of the test records of each group; all together {overall}. A group's mean is over the classes "
        "it has positive and negative records of, so groups that lack one are not comparable. Differences between "
        "groups may come from other classes, ages or devices in them, and no correction was made for looking at many."
    )
    pictures = tuple(
        Picture(
            name,
            "Macro AUC by group with 95 % intervals. Dashed line and band: all test records.",
            f"Forest plot of the macro AUC of {', '.join(dict.fromkeys(g['variable'] for g in groups))}; "
            "the numbers are in the table below.",
        )
        for name in sorted(material.figures)
        if name.startswith("subgroups")
    )
    return Section("subgroups", "Subgroups", (how, *pictures, _table(groups)))


def _table(groups: list[Mapping[str, Any]]) -> Table:
    rows, named = [], None
    for group in groups:
        variable = group["variable"] if group["variable"] != named else ""
        named = group["variable"]
        rows.append(
            (
                Cell(str(variable), strong=True),
                Cell(str(group["group"])),
                Cell(count(group["records"]), f"{count(group['patients'])} patients"),
                scored(group, "macro_auc"),
                Cell("; ".join(map(_shortened, group["warnings"]))),
            )
        )
    columns = (
        Column("Grouped by", "text"),
        Column("Group", "prose"),
        Column("Records"),
        Column("Macro AUC"),
        Column("Warnings", "prose", share=1.8),
    )
    return Table("Macro AUC of each group", columns, tuple(rows))


def _shortened(warning: str) -> str:
    """A warning whose list of classes is too long for a cell, with their number instead."""
    words, colon, listed = warning.partition(": ")
    named = listed.split(", ")
    if colon and len(named) > _MOST_NAMED:
        return f"{words}: {len(named)} classes"
    # "HYP 9": a class and its count stay on one line.
    return f"{words}{colon}{', '.join(name.replace(' ', NO_BREAK) for name in named)}" if colon else warning
