"""All 71 statements."""

from twelvelead.data.tasks.contract import Task

__all__ = ["TASK"]

TASK = Task(title="All SCP-ECG statements", class_of=lambda statement: statement.code)
