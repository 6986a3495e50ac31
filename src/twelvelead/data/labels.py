"""SCP codes in, a multi-hot label matrix out, for any of the tasks in `twelvelead.data.tasks`.

The rule is the published one: every code of the task counts, whatever its likelihood, 0 included
(Strodthoff et al. 2020, doi:10.1109/JBHI.2020.3022989). A likelihood threshold is an option, and a result
made with any other value than the default must say so (`Labels.rule`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.statements import Statement
from twelvelead.data.tasks.registry import find_task, task_names
from twelvelead.data.tasks.superdiagnostic import SUPERCLASSES
from twelvelead.errors import ConfigError, DataError

__all__ = ["SUPERCLASSES", "TASKS", "Labels", "make_labels", "task_classes"]

TASKS = task_names()
"""Names of the tasks: PTB-XL's six, and whatever file is put beside them."""


@dataclass(frozen=True)
class Labels:
    """A label matrix and what its columns and values mean."""

    task: str
    classes: tuple[str, ...]
    matrix: NDArray[np.uint8]
    """Multi-hot `(record, class)`, 0 or 1."""
    rule: str
    """The label rule in words, for every result that is made with these labels."""
    min_likelihood: float
    """Least likelihood in percent for a code to count."""
    unknown_codes: dict[str, int]
    """Codes of the records that the table of statements does not have -> number of records."""
    dropped_classes: dict[str, int]
    """Classes left out for having fewer than `min_samples` records -> number of records."""

    @property
    def counts(self) -> dict[str, int]:
        """Positive records of each class."""
        return dict(zip(self.classes, self.matrix.sum(axis=0, dtype=int).tolist()))

    @property
    def unlabelled(self) -> NDArray[np.bool_]:
        """Records without any class, `(record,)`; kept as all-zero rows."""
        return np.logical_not(self.matrix.any(axis=1))


def task_classes(task: str, statements: Sequence[Statement]) -> dict[str, str]:
    """For each SCP code that counts in `task`, the class it counts for; classes in their pinned order.

    Raises:
        ConfigError: `task` is none of `TASKS`.
    """
    wanted = find_task(task)
    found = {s.code: name for s in statements if (name := wanted.class_of(s)) is not None}

    def rank(name: str) -> int:
        return wanted.first.index(name) if name in wanted.first else len(wanted.first)

    return dict(sorted(found.items(), key=lambda item: rank(item[1])))


def make_labels(
    scp_codes: Iterable[Mapping[str, float]],
    statements: Sequence[Statement],
    task: str = "superdiagnostic",
    *,
    min_likelihood: float = 0.0,
    min_samples: int = 0,
) -> Labels:
    """Labels of the records whose codes are given, in their order.

    Args:
        scp_codes: per record, code -> likelihood in percent (0 to 100; 0 means unknown in PTB-XL).
        statements: the table of statements, from `twelvelead.data.statements`.
        task: one of `TASKS`.
        min_likelihood: a code counts if its likelihood is at least this (percent). The published rule is 0.
        min_samples: leave out classes with fewer records than this.

    Raises:
        ConfigError: unknown task, or `min_likelihood` outside 0 to 100.
        DataError: no class has `min_samples` records.
    """
    if not 0 <= min_likelihood <= 100:
        raise ConfigError(f"min_likelihood is {min_likelihood}; allowed is 0 to 100 (percent).")
    class_of = task_classes(task, statements)
    classes = tuple(dict.fromkeys(class_of.values()))
    column = {code: classes.index(name) for code, name in class_of.items()}
    known = {statement.code for statement in statements}
    records = list(scp_codes)
    matrix = np.zeros((len(records), len(classes)), dtype=np.uint8)
    unknown: dict[str, int] = {}
    for row, codes in enumerate(records):
        for code, likelihood in codes.items():
            if code not in known:
                unknown[code] = unknown.get(code, 0) + 1
            elif code in column and likelihood >= min_likelihood:
                matrix[row, column[code]] = 1
    kept, dropped = _split_by_count(classes, matrix, min_samples)
    return Labels(
        task=task,
        classes=tuple(classes[i] for i in kept),
        matrix=matrix[:, kept],
        rule=_rule(task, min_likelihood),
        min_likelihood=min_likelihood,
        unknown_codes=unknown,
        dropped_classes=dropped,
    )


def _split_by_count(
    classes: Sequence[str], matrix: NDArray[np.uint8], min_samples: int
) -> tuple[list[int], dict[str, int]]:
    counts = matrix.sum(axis=0, dtype=int)
    kept = [i for i, count in enumerate(counts) if count >= min_samples]
    if not kept:
        raise DataError(
            f"no class has at least {min_samples} records; the largest has {max(counts, default=0)}. Lower min_samples."
        )
    return kept, {classes[i]: int(counts[i]) for i in range(len(classes)) if i not in kept}


def _rule(task: str, min_likelihood: float) -> str:
    threshold = "any likelihood, 0 included" if min_likelihood == 0 else f"likelihood of at least {min_likelihood:g} %"
    return f"{task}: every SCP code of the task, {threshold}"
