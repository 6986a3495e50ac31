"""The 12 statements on the rhythm."""

from twelvelead.data.tasks.contract import Task

__all__ = ["TASK"]

TASK = Task(title="Rhythm statements", class_of=lambda statement: statement.code if statement.rhythm else None)
