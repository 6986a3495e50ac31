"""Scores of the superclasses from the scores of finer classes (71 statements, 44 diagnostic, 23 subclasses)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.labels import task_classes
from twelvelead.data.statements import Statement
from twelvelead.errors import DataError, require_choice

__all__ = ["AGGREGATIONS", "FINER_TASKS", "superclass_of", "superclass_scores"]

Scores = NDArray[np.float64]

FINER_TASKS = ("subdiagnostic", "diagnostic", "all")
"""Tasks whose classes cover every diagnostic statement, so that superclasses can be made of them."""


def superclass_of(task: str, statements: Sequence[Statement]) -> dict[str, str]:
    """For each class of a finer task the superclass that it belongs to; form and rhythm statements have none.

    Raises:
        ConfigError: `task` is none of `FINER_TASKS`.
        DataError: the table of statements puts a subclass into two superclasses.
    """
    require_choice("task", task, FINER_TASKS)
    finer = task_classes(task, statements)
    found: dict[str, str] = {}
    for code, superclass in task_classes("superdiagnostic", statements).items():
        name = finer.get(code)
        if name is not None and found.setdefault(name, superclass) != superclass:
            raise DataError(f"the class {name} belongs to both {found[name]} and {superclass}.")
    return found


def superclass_scores(
    scores: Scores, classes: Sequence[str], superclasses: Sequence[str], belongs_to: Mapping[str, str], how: str
) -> Scores:
    """Scores of the superclasses `(record, superclass)`.

    Args:
        scores: probabilities of the finer classes `(record, class)`.
        classes: names of its columns.
        superclasses: the wanted columns, in their order.
        belongs_to: from `superclass_of`.
        how: "noisy_or", 1 − ∏(1 − p) over the superclass's classes: the probability of at least one of them, were
            they independent (Pearl, "Probabilistic Reasoning in Intelligent Systems", 1988, section 4.3.2); or "max".

    Raises:
        ConfigError: another `how`.
        DataError: a superclass has none of the classes.
    """
    require_choice("superclass aggregation", how, tuple(AGGREGATIONS))
    columns = []
    for superclass in superclasses:
        members = [i for i, name in enumerate(classes) if belongs_to.get(name) == superclass]
        if not members:
            raise DataError(f"none of the model's classes belongs to {superclass}.")
        columns.append(AGGREGATIONS[how](scores[:, members]))
    return np.stack(columns, axis=1)


def _noisy_or(scores: Scores) -> Scores:
    return np.asarray(1 - np.prod(1 - scores, axis=1))


def _maximum(scores: Scores) -> Scores:
    return np.asarray(scores.max(axis=1))


AGGREGATIONS: dict[str, Callable[[Scores], Scores]] = {"noisy_or": _noisy_or, "max": _maximum}
