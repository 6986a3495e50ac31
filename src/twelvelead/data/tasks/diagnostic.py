"""The 44 diagnostic statements."""

from twelvelead.data.tasks.contract import Task

__all__ = ["TASK"]

TASK = Task(title="Diagnostic statements", class_of=lambda statement: statement.code if statement.diagnostic else None)
