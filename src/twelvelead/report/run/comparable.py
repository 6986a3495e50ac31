"""What keeps published results from being compared with a given one: how the protocols differ, in words."""

from dataclasses import dataclass

from twelvelead.report.run.published import CLASSES_OF_TASK, PublishedResult

__all__ = ["OurProtocol", "differences", "our_differences"]


@dataclass(frozen=True)
class OurProtocol:
    """How the result was made that published ones are put beside."""

    task: str
    data_version: str
    """As the results name it, such as "PTB-XL 1.0.3"."""
    split: str
    """In words, as the results have it."""
    label_rule: str
    classes: int
    classes_scored: int
    records: int
    """Test records, unlabelled ones included."""
    labelled_records: int
    overlap: int = 0
    """Patients of the test part who are in training or validation too."""


def our_differences(ours: OurProtocol) -> list[str]:
    """What sets our result apart from every published one, each in a few words."""
    found = []
    if ours.data_version.startswith("simulated"):
        found.append("the data are simulated")
    elif not _release(ours):
        found.append("the data are only a part of PTB-XL")
    if not ours.split.rstrip().endswith("test 10"):
        found.append("the test part is not fold 10")
    if "any likelihood" not in ours.label_rule:
        found.append("the label rule is another one")
    if ours.classes != CLASSES_OF_TASK.get(ours.task):
        found.append(f"there are {ours.classes} classes, not {CLASSES_OF_TASK.get(ours.task)}")
    elif ours.classes_scored < ours.classes:
        found.append(f"the macro mean is over {ours.classes_scored} of {ours.classes} classes")
    if ours.overlap:
        found.append(f"{ours.overlap} patients are in more than one part")
    return found


def differences(row: PublishedResult, ours: OurProtocol) -> list[str]:
    """What else keeps this published result from being compared with ours, each in a few words."""
    study, release = row.study, _release(ours)
    found = []
    if not study.data_version:
        found.append("release not stated")
    elif release and release != study.data_version:
        found.append(f"release {study.data_version}, here {release}")
    theirs = study.records.get(row.task)
    mine = ours.labelled_records if study.unlabelled == "dropped" else ours.records
    if release == study.data_version and theirs and theirs != mine:
        found.append(f"{theirs:,} test records, here {mine:,}")
    return [*found, *(note for note in (study.note, row.note) if note)]


def _release(ours: OurProtocol) -> str:
    """The release of PTB-XL that our data are, "" for none."""
    named, release = ours.data_version[:7], ours.data_version[7:]
    return release if named == "PTB-XL " else ""
