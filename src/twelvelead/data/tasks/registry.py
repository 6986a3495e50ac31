"""Tasks by name."""

import importlib
import pkgutil
from functools import cache
from typing import Any

import twelvelead.data.tasks
from twelvelead.data.tasks.contract import Task
from twelvelead.errors import require_choice

__all__ = ["find_task", "task_names"]


@cache
def task_names() -> tuple[str, ...]:
    """The names of all tasks, sorted."""
    names = (module.name for module in pkgutil.iter_modules(twelvelead.data.tasks.__path__))
    return tuple(sorted(name for name in names if hasattr(_module(name), "TASK")))


def find_task(name: str) -> Task:
    """The task of a name.

    Raises:
        ConfigError: no task has this name.
    """
    require_choice("task", name, task_names())
    task = _module(name).TASK
    assert isinstance(task, Task)
    return task


def _module(name: str) -> Any:
    return importlib.import_module(f"twelvelead.data.tasks.{name}")
