"""What tasks, classes and parts are called in prose."""

from twelvelead.data.statements import STATEMENTS
from twelvelead.data.tasks.registry import find_task, task_names

__all__ = ["PARTS", "class_meaning", "task_title"]

PARTS = {"train": "training", "val": "validation", "test": "test"}

_STATEMENTS = {statement.code: statement.description for statement in STATEMENTS}


def task_title(task: str) -> str:
    """A task as a heading has it; a task of somebody else's is named as it is."""
    if task in task_names():
        return find_task(task).title
    return task or "12-lead ECG classification"


def class_meaning(task: str, name: str) -> str:
    """What a class stands for, "" where that is not known."""
    meanings = find_task(task).meanings if task in task_names() else None
    return (_STATEMENTS if meanings is None else meanings).get(name, "")
