"""The scores of each class."""

from collections.abc import Mapping
from typing import Any

from twelvelead.report.run.document import Block, Cell, Column, Section, Table, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, score, scored
from twelvelead.report.run.sections.words import class_meaning

__all__ = ["classes"]

_RATES = (("sensitivity", "Sensitivity"), ("specificity", "Specificity"), ("precision", "Precision"), ("f1", "F1"))


def classes(material: Material) -> Section:
    """Ranking metrics, then decisions at the chosen thresholds and at 0.5."""
    blocks: list[Block] = [_ranking(material)]
    if material.test.get("at_thresholds"):
        caption = f"Decisions at thresholds: {material.protocol.get('threshold_rule', 'chosen on another part')}"
        blocks.append(_decisions(material, "at_thresholds", caption))
    blocks.append(_decisions(material, "at_0.5", "Decisions at 0.5 for every class"))
    fmax = material.test.get("sample_centric_fmax_threshold_chosen_on_these_records")
    if fmax is not None:
        note = material.protocol.get("sample_centric_fmax", "")
        blocks.append(
            plain(f"Sample-centric Fmax, threshold chosen on these records: {score(fmax)}. {note}", quiet=True)
        )
    return Section("classes", "Scores of each class", tuple(blocks))


def _ranking(material: Material) -> Table:
    only = material.test["labelled_only"]
    rows = [
        (
            _name(material, name),
            Cell(count(scores["positives"])),
            scored(scores, "auc"),
            scored(only["classes"][name], "auc"),
            scored(scores, "average_precision"),
        )
        for name, scores in material.test["classes"].items()
    ]
    macro = (
        Cell("Macro", strong=True),
        Cell(""),
        scored(material.test, "macro_auc"),
        scored(only, "macro_auc"),
        scored(material.test, "macro_average_precision"),
    )
    columns = (
        Column("Class", "prose"),
        Column("Positives"),
        Column("AUC"),
        Column("AUC, labelled only"),
        Column("Average precision"),
    )
    caption = f"How well the probabilities rank the {count(material.test['records'])} test records"
    note = f"Labelled only: the {count(only['records'])} records that have a class of the task."
    return Table(caption, columns, (*rows, macro), summary_rows=1, note=note)


def _decisions(material: Material, kind: str, caption: str) -> Table:
    found = material.test[kind]
    rows = [
        (_name(material, name), Cell(score(scores["threshold"])), *(scored(scores, rate) for rate, _ in _RATES))
        for name, scores in found["classes"].items()
    ]
    averages = [_average(name, scores, found) for name, scores in found["averages"].items()]
    columns = (Column("Class", "prose"), Column("Threshold"), *(Column(title) for _, title in _RATES))
    undefined = any(scores["precision"] is None for scores in found["classes"].values())
    note = "Precision is N/A where no record was decided to be present; in the means it counts as 0 there."
    return Table(caption, columns, (*rows, *averages), summary_rows=len(averages), note=note * undefined)


def _average(name: str, scores: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[Cell, ...]:
    cells = [Cell(score(scores[rate])) if rate in scores else Cell("") for rate, _ in _RATES]
    if name == "macro":
        cells[-1] = scored(found, "macro_f1")
    return (Cell(name.capitalize(), strong=True), Cell(""), *cells)


def _name(material: Material, name: str) -> Cell:
    return Cell(name, class_meaning(str(material.protocol.get("task", "")), name), strong=True)
