"""The report of a run as a document: every section that has something to say, in the order of reading."""

from collections.abc import Callable

from twelvelead.notice import NOTICE
from twelvelead.report.run.document import Cell, Document, Facts, Paragraph, Section, numbered, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count, with_interval
from twelvelead.report.run.sections.calibration import calibration
from twelvelead.report.run.sections.cautions import cautions
from twelvelead.report.run.sections.classes import classes
from twelvelead.report.run.sections.comparison import comparison
from twelvelead.report.run.sections.curves import confusion, curves
from twelvelead.report.run.sections.headline import headline
from twelvelead.report.run.sections.protocol import protocol
from twelvelead.report.run.sections.repeat import repeat
from twelvelead.report.run.sections.subgroups import subgroups
from twelvelead.report.run.sections.superclasses import superclasses
from twelvelead.report.run.sections.training import training
from twelvelead.report.run.sections.words import task_title
from twelvelead.report.run.sections.wrong import wrong

__all__ = ["compose"]

_SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    headline,
    cautions,
    protocol,
    classes,
    curves,
    confusion,
    calibration,
    superclasses,
    subgroups,
    comparison,
    wrong,
    training,
    repeat,
)


def compose(material: Material) -> Document:
    """The document of a run; sections for which it has nothing are left out."""
    sections = numbered([section for make in _SECTIONS if (section := make(material)) is not None])
    version = material.protocol.get("twelvelead", "")
    return Document(
        title=task_title(str(material.protocol.get("task", ""))),
        subtitle=f"Evaluation report of {material.run_name}",
        summary=_summary(material),
        research_only=NOTICE,
        sections=sections,
        footer=f"Made by twelvelead{f' {version}' if version else ''} from metrics.json of {material.run_name}.",
        facts=_at_a_glance(material),
    )


def _summary(material: Material) -> Paragraph:
    """The result in three sentences."""
    test, protocol = material.test, material.protocol
    patients = f" of {count(test['patients'])} patients" if test.get("patients") else ""
    words = [f"{_model(material)} was evaluated on {count(test['records'])} 12-lead ECGs{patients}"]
    words.append(", none of whom it was trained or tuned on. " if _separate(material) else ". ")
    words.append(f"The macro AUC over {test['classes_scored']} classes is ")
    words.append(f"{with_interval(test['macro_auc'], test.get('macro_auc_interval'))}")
    only = test["labelled_only"]
    words.append(f"; without the {count(test['unlabelled'])} records that have no class of the task it is ")
    words.append(f"{with_interval(only['macro_auc'], only.get('macro_auc_interval'))}.")
    if protocol.get("intervals"):
        words.append(f" Intervals: {protocol['intervals']}.")
    return plain("".join(words))


def _model(material: Material) -> str:
    network = material.protocol.get("network")
    if not network:
        return "A classifier of which only the predictions are known"
    size = f" with {count(material.parameters)} parameters" if material.parameters else ""
    part = material.protocol.get("parts", {}).get("train")
    learnt = f", trained on {count(part['records'])} ECGs of {count(part['patients'])} patients," if part else ""
    return f"The network {network}{size}{learnt}"


def _separate(material: Material) -> bool:
    overlap = material.protocol.get("patient_overlap")
    return overlap is not None and not any(o["patients"] for o in overlap) and bool(material.protocol.get("network"))


def _at_a_glance(material: Material) -> Facts:
    found = material.protocol
    rows = (
        ("Data", found.get("data_version")),
        ("Split", found.get("split")),
        ("Classes", f"{len(material.classes)}"),
        ("Network", found.get("network")),
    )
    return Facts(tuple((title, Cell(str(value))) for title, value in rows if value))
