"""What a task's file promises to the registry: `TASK = Task(...)`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from twelvelead.data.statements import Statement

__all__ = ["Task"]


@dataclass(frozen=True)
class Task:
    """One way to make classes of SCP-ECG statements; a module of `twelvelead.data.tasks` with a `TASK` is a task."""

    title: str
    """A heading for people, such as "Diagnostic superclasses"."""
    class_of: Callable[[Statement], str | None]
    """The class that a record with this statement belongs to; None where the statement does not count."""
    first: tuple[str, ...] = ()
    """Classes that come first, in this order; the others follow in the order of the statements."""
    meanings: Mapping[str, str] | None = None
    """What a class stands for, by its name; None where classes are SCP codes, which have descriptions of their own."""
