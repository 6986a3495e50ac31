"""What tasks, classes and parts are called in prose."""

from twelvelead.data.statements import STATEMENTS

__all__ = ["PARTS", "class_meaning", "task_title"]

PARTS = {"train": "training", "val": "validation", "test": "test"}

_TASKS = {
    "superdiagnostic": "Diagnostic superclasses",
    "subdiagnostic": "Diagnostic subclasses",
    "diagnostic": "Diagnostic statements",
    "form": "Form statements",
    "rhythm": "Rhythm statements",
    "all": "All SCP-ECG statements",
}

_SUPERCLASSES = {
    "NORM": "normal ECG",
    "MI": "myocardial infarction",
    "STTC": "ST/T change",
    "CD": "conduction disturbance",
    "HYP": "hypertrophy",
}

_STATEMENTS = {statement.code: statement.description for statement in STATEMENTS}


def task_title(task: str) -> str:
    """A task as a heading has it; a task of somebody else's is named as it is."""
    return _TASKS.get(task, task or "12-lead ECG classification")


def class_meaning(task: str, name: str) -> str:
    """What a class stands for, "" where that is not known."""
    if task in ("superdiagnostic", "subdiagnostic"):
        return _SUPERCLASSES.get(name, "") if task == "superdiagnostic" else ""
    return _STATEMENTS.get(name, "")
