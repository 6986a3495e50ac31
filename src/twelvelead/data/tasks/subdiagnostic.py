"""The 23 diagnostic subclasses."""

from twelvelead.data.statements import Statement
from twelvelead.data.tasks.contract import Task

__all__ = ["TASK"]


def _class_of(statement: Statement) -> str | None:
    return (statement.subclass or None) if statement.diagnostic else None


TASK = Task(title="Diagnostic subclasses", class_of=_class_of, meanings={})
