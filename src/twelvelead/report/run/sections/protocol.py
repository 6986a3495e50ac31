"""On what data, by what rules."""

from twelvelead.report.run.document import Block, Cell, Column, Facts, Section, Table
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, share
from twelvelead.report.run.sections.words import PARTS, class_meaning

__all__ = ["protocol"]

_RULES = (
    ("data_version", "Data"),
    ("rate_hz", "Sampling rate"),
    ("label_rule", "Labels"),
    ("split", "Split"),
    ("scores", "Scores"),
    ("epoch_chosen_by", "Epoch kept"),
    ("threshold_rule", "Thresholds"),
    ("temperature", "Temperature"),
    ("val", "Validation part"),
    ("intervals", "Intervals"),
    ("macro", "Macro"),
)


def protocol(material: Material) -> Section | None:
    """The parts with their records, patients and positives, and the rules in words; None where nothing is stated."""
    blocks: list[Block] = []
    if material.protocol.get("parts"):
        blocks.append(_parts(material))
    rules = _rules(material)
    if rules.rows:
        blocks.append(rules)
    return Section("protocol", "Data and protocol", tuple(blocks)) if blocks else None


def _parts(material: Material) -> Table:
    parts = {name: part for name, part in material.protocol["parts"].items() if part["records"]}
    names = [PARTS.get(name, name).capitalize() for name in parts]
    rows = [
        _row("Records", [Cell(count(part["records"])) for part in parts.values()]),
        _row("Patients", [Cell(count(part["patients"])) for part in parts.values()]),
        _row("Without any class", [_part_of(part["unlabelled"], part["records"]) for part in parts.values()]),
    ]
    task = str(material.protocol.get("task", ""))
    for name in material.classes:
        cells = [_part_of(part["positives"].get(name, 0), part["records"]) for part in parts.values()]
        rows.append((Cell(name, class_meaning(task, name), strong=True), *cells))
    columns = (Column("", "prose"), *(Column(name) for name in names))
    note = "A record may have several classes, or none; shares are of the part's records."
    return Table("Records, patients and positive records of each part", columns, tuple(rows), note=note)


def _row(name: str, cells: list[Cell]) -> tuple[Cell, ...]:
    return (Cell(name), *cells)


def _part_of(part: int, whole: int) -> Cell:
    return Cell(count(part), share(part, whole))


def _rules(material: Material) -> Facts:
    found = material.protocol
    rows = [(title, _said(key, found[key])) for key, title in _RULES if found.get(key) not in (None, "")]
    return Facts((*rows, *_overlap(material)))


def _said(key: str, value: object) -> Cell:
    if key == "rate_hz":
        return Cell(f"{value} Hz")
    if key == "temperature":
        return Cell("1 (probabilities as the network gives them)" if value == 1 else f"{value:.3f}")
    return Cell(str(value).replace("`labelled_only`", "“labelled only”").replace("`classes_scored`", "classes scored"))


def _overlap(material: Material) -> list[tuple[str, Cell]]:
    overlap = material.protocol.get("patient_overlap")
    if overlap is None:
        return []
    shared = sum(o["patients"] for o in overlap)
    return [("Patients in two parts", Cell("none" if not shared else f"{count(shared)}: see the warnings"))]
