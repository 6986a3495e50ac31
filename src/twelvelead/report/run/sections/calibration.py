"""Whether the probabilities can be taken at their word."""

from twelvelead.report.run.document import Block, Cell, Column, Picture, Section, Table
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import NOT_DEFINED, score, scored
from twelvelead.report.run.panels import panel_classes

__all__ = ["calibration"]


def calibration(material: Material) -> Section:
    """Reliability diagrams, Brier score and calibration error, and what a temperature would do."""
    blocks: list[Block] = []
    if "reliability" in material.figures:
        blocks.append(_diagrams(material))
    blocks.append(_table(material))
    if material.metrics.get("temperature_scaling"):
        blocks.append(_temperature(material))
    return Section("calibration", "Calibration", tuple(blocks))


def _diagrams(material: Material) -> Picture:
    shown = panel_classes(material.test)
    words = "Reliability diagrams: the share of positive records over the mean probability, in ten bins. On the dotted "
    words += "line the two agree. Hollow: fewer than ten records. Below: records of each bin, logarithmic."
    if len(shown) < len(material.classes):
        words += f" The {len(shown)} most frequent of {len(material.classes)} classes."
    errors = material.test["calibration"]["classes"]
    listed = ", ".join(f"{name} {score(errors[name]['expected_calibration_error'])}" for name in shown)
    return Picture("reliability", words, f"Reliability diagrams. Expected calibration error: {listed}.")


def _table(material: Material) -> Table:
    found = material.test["calibration"]
    rows = [
        (Cell(name, strong=True), Cell(score(of_class["brier"])), Cell(score(of_class["expected_calibration_error"])))
        for name, of_class in found["classes"].items()
    ]
    mean = (
        Cell("Mean", strong=True),
        scored(found, "macro_brier"),
        Cell(score(found["macro_expected_calibration_error"])),
    )
    columns = (Column("Class", "prose"), Column("Brier score"), Column("Expected calibration error"))
    return Table("Calibration of each class; less is better", columns, (*rows, mean), summary_rows=1)


def _temperature(material: Material) -> Table:
    found = material.metrics["temperature_scaling"]
    before, after = found["before"], found["after"]
    names = (
        ("cross_entropy", "Cross-entropy"),
        ("macro_brier", "Brier score, mean"),
        ("macro_expected_calibration_error", "Expected calibration error, mean"),
    )
    rows = tuple((Cell(title), Cell(score(before[key])), Cell(score(after[key]))) for key, title in names)
    own = material.protocol.get("temperature", 1.0)
    used = "it is not part of the model" if own == 1 else f"the model has a temperature of {own:.3f} already"
    caption = (
        f"What temperature scaling would do on the test part: T = {_number(found['temperature'])}, fitted on validation"
    )
    note = f"One temperature for all classes; {used}. It changes no ranking within a class."
    return Table(caption, (Column("", "prose"), Column("Before"), Column("After")), rows, note=note)


def _number(value: float | None) -> str:
    return NOT_DEFINED if value is None else f"{value:.3f}"
