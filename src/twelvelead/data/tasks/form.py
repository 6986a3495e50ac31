"""The 19 statements on the form of the waves."""

from twelvelead.data.tasks.contract import Task

__all__ = ["TASK"]

TASK = Task(title="Form statements", class_of=lambda statement: statement.code if statement.form else None)
