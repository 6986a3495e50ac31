"""The five diagnostic superclasses, in the published order (Strodthoff et al. 2020, doi:10.1109/JBHI.2020.3022989)."""

from twelvelead.data.statements import Statement
from twelvelead.data.tasks.contract import Task

__all__ = ["SUPERCLASSES", "TASK"]

SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
"""The published order. A sorted binarizer would give CD, HYP, MI, NORM, STTC: a known source of mix-ups."""


def _class_of(statement: Statement) -> str | None:
    return (statement.superclass or None) if statement.diagnostic else None


TASK = Task(
    title="Diagnostic superclasses",
    class_of=_class_of,
    first=SUPERCLASSES,
    meanings={
        "NORM": "normal ECG",
        "MI": "myocardial infarction",
        "STTC": "ST/T change",
        "CD": "conduction disturbance",
        "HYP": "hypertrophy",
    },
)
