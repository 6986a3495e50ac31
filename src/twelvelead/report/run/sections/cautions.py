"""What a reader has to know before believing a number."""

from collections.abc import Mapping
from typing import Any

from twelvelead.report.run.document import Notice, Section
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count
from twelvelead.report.run.sections.words import PARTS

__all__ = ["cautions", "warnings_of"]

_WARNING = "WARNING: "
_SHARED = "patients who are also in"
"""In a note that says of shared patients what is said here in other words."""


def cautions(material: Material) -> Section | None:
    """Warnings and notes; None where there are none."""
    grave, notes = warnings_of(material), _notes(material)
    blocks = []
    if grave:
        blocks.append(Notice("Warnings", tuple(grave)))
    if notes:
        blocks.append(Notice("Notes", tuple(notes), grave=False))
    return Section("cautions", "Read this first", tuple(blocks)) if blocks else None


def warnings_of(material: Material) -> list[str]:
    """What makes the numbers less than they seem, gravest first."""
    protocol = material.protocol
    found = [*_of_data(str(protocol.get("data_version", ""))), *_of_patients(protocol), *_of_training(material)]
    found += [_sentence(note.removeprefix(_WARNING)) for note in _plain_notes(protocol) if note.startswith(_WARNING)]
    return [*found, *_of_classes(material.test), *material.remarks]


def _of_data(version: str) -> list[str]:
    if version.startswith("simulated"):
        return [f"The data are {version}: nothing here says how the model does on patients."]
    if version.startswith("no complete release"):
        return [f"The data are {version}: the numbers cannot stand beside results on the whole of it."]
    return []


def _of_patients(protocol: Mapping[str, Any]) -> list[str]:
    return [
        f"{count(o['records'])} {PARTS.get(o['second'], o['second'])} records are from {count(o['patients'])} patients "
        f"who are also in the {PARTS.get(o['first'], o['first'])} part: the scores are too good."
        for o in (protocol.get("patient_overlap") or ())
        if o["patients"]
    ]


def _of_training(material: Material) -> list[str]:
    training = material.training or {}
    return (
        [f"The training was stopped by hand after epoch {training['epochs']}."] if training.get("interrupted") else []
    )


def _of_classes(test: Mapping[str, Any]) -> list[str]:
    found = []
    unscored = [name for name, scores in test["classes"].items() if scores["auc"] is None]
    if unscored:
        found.append(
            f"Not scored, for want of positive or of negative records: {', '.join(unscored)}. "
            f"Macro means are over the other {test['classes_scored']} classes."
        )
    if test.get("few_positives"):
        found.append(
            f"So few patients have or lack it that the interval is too narrow: {', '.join(test['few_positives'])}."
        )
    return found


def _notes(material: Material) -> list[str]:
    notes = [_sentence(note) for note in _plain_notes(material.protocol) if not note.startswith(_WARNING)]
    split = str(material.protocol.get("split", ""))
    if split.startswith("strat_fold") and not split.endswith("test 10"):
        notes.append("The test part is not fold 10, on which results on PTB-XL are published.")
    if material.decisions == "at_0.5":
        notes.append("No thresholds were chosen on a validation part; decisions are at 0.5 for every class.")
    return notes


def _plain_notes(protocol: Mapping[str, Any]) -> list[str]:
    return [str(note) for note in protocol.get("notes", ()) if _SHARED not in str(note)]


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
