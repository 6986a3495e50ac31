"""Groups of records by what PTB-XL's table says of patient, recording and annotation, and the scores in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.evaluation.bootstrap import Resamples
from twelvelead.evaluation.ranking import FEW_POSITIVES, score_ranking

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FEW_PATIENTS", "Subgroup", "make_subgroups", "score_subgroups"]

LEAST_PATIENTS = 20
"""A group with fewer is counted and not scored: its interval would be none."""

FEW_PATIENTS = 100
"""A group with fewer carries a warning."""

SMALLEST_OF_MANY = 30
"""Sites and devices with fewer records are put together: PTB-XL has some 50 sites, many with a handful."""

NOT_STATED = "not stated"
REMARK = "remark: "

AGE_BANDS = ((0, 39, "under 40"), (40, 59, "40 to 59"), (60, 74, "60 to 74"), (75, 89, "75 to 89"))
"""First and last year. PTB-XL 1.0.3 gives 300 as the age of everyone older than 89: never a number of years."""

REMARKS = {
    "baseline_drift": "baseline drift",
    "static_noise": "static noise",
    "burst_noise": "burst noise",
    "electrodes_problems": "electrode problems",
    "extra_beats": "extra beats",
    "pacemaker": "pacemaker",
}
"""Columns of free text; any text is a remark of that kind."""

NOISE = ("baseline drift", "static noise", "burst noise", "electrode problems")


@dataclass(frozen=True)
class Subgroup:
    """Some of the records."""

    variable: str
    """What they were grouped by, like "sex"."""
    group: str
    """Which of its groups this is, like "female"."""
    records: NDArray[np.bool_]
    """`(record,)`: which are in it."""


def make_subgroups(table: "pd.DataFrame") -> list[Subgroup]:
    """Groups by sex, age, signal quality, human validation, site and device, where the table has those columns.

    Each record is in one group of each variable; of remarks only where the record has any description. A variable with
    one group only is left out: it divides nothing.

    Args:
        table: rows of `ptbxl_database.csv`, one a record.
    """
    makers: list[tuple[str, str, Callable[[Any], list[str]]]] = [
        ("sex", "sex", _sexes),
        ("age", "age", _ages),
        ("validated_by_human", "human validation", _validations),
        ("site", "site", _sites),
        ("device", "device", _devices),
    ]
    named = [(variable, make(table[column])) for column, variable, make in makers if column in table.columns]
    named[3:3] = _remarks(table)
    return [group for variable, names in named for group in _groups(variable, names)]


def score_subgroups(
    groups: Sequence[Subgroup],
    labels: NDArray[np.uint8],
    probabilities: NDArray[np.float64],
    classes: Sequence[str],
    resamples: Resamples,
) -> list[dict[str, Any]]:
    """Ranking metrics with intervals in each group: a row for each, with `warnings` where it is small.

    A macro mean is over the classes that the group has positive and negative records of; their number is in
    `classes_scored`. Means over different classes are not comparable.

    Args:
        groups: from `make_subgroups`.
        labels, probabilities: `(record, class)`.
        classes: names of the columns.
        resamples: of these records.
    """
    rows = []
    for group in groups:
        inside = group.records
        drawn = resamples.among(inside)
        scored = drawn.patient_count >= LEAST_PATIENTS
        scores = score_ranking(
            labels[inside], probabilities[inside], classes, drawn, metrics=("auc",) if scored else ()
        )
        if not scored:
            nothing = {"auc": None, "auc_interval": None}
            of_classes = {name: {**found, **nothing} for name, found in scores["classes"].items()}
            scores |= {"classes": of_classes, "macro_auc": None, "macro_auc_interval": None, "classes_scored": 0}
        row = {
            "variable": group.variable,
            "group": group.group,
            "records": int(inside.sum()),
            "patients": drawn.patient_count,
            **scores,
        }
        rows.append({**row, "warnings": _warnings(row)})
    return rows


def _warnings(row: dict[str, Any]) -> list[str]:
    found = []
    if row["patients"] < LEAST_PATIENTS:
        return [f"only {row['patients']} patients, not scored"]
    if row["patients"] < FEW_PATIENTS:
        found.append(f"only {row['patients']} patients")
    unscored = [name for name, scores in row["classes"].items() if scores["auc"] is None]
    if unscored:
        found.append(f"not scored: {', '.join(unscored)}")
    if row["few_positives"]:
        found.append(f"fewer than {FEW_POSITIVES} patients with or without {', '.join(row['few_positives'])}")
    return found


def _groups(variable: str, names: Sequence[str]) -> list[Subgroup]:
    values = np.array(names, dtype=object)
    present = list(dict.fromkeys(sorted(names, key=_rank)))
    if variable.startswith(REMARK) and NOT_STATED in present:
        present.remove(NOT_STATED)  # the same records for every kind of remark
    if len(present) < 2:
        return []
    return [Subgroup(variable, name, np.asarray(values == name, dtype=bool)) for name in present]


_ORDER = ("male", "female", *(name for *_, name in AGE_BANDS), "over 89", "none", "noted", "yes", "no")
_LAST = ("other", NOT_STATED)


def _rank(name: str) -> tuple[int, int, str]:
    """Groups in a fixed order: known names first, then numbers, then the rest."""
    if name in _ORDER:
        return 0, _ORDER.index(name), name
    if name.startswith(_LAST):
        return 2, 0, name
    digits = "".join(c for c in name if c.isdigit())
    return 1, int(digits[:9] or 0), name


def _sexes(column: "pd.Series[Any]") -> list[str]:
    # 0 is male and 1 female (PTB-XL 1.0.3, description of the metadata).
    return [{0.0: "male", 1.0: "female"}.get(value, NOT_STATED) for value in _numbers(column)]


def _ages(column: "pd.Series[Any]") -> list[str]:
    return [_age_band(value) for value in _numbers(column)]


def _age_band(age: float) -> str:
    if not age >= 0:  # missing, too
        return NOT_STATED
    return next((name for _, last, name in AGE_BANDS if age < last + 1), "over 89")


def _validations(column: "pd.Series[Any]") -> list[str]:
    return [{"True": "yes", "False": "no"}.get(str(value), NOT_STATED) for value in column.tolist()]


def _sites(column: "pd.Series[Any]") -> list[str]:
    return _merged([f"site {value:g}" if value == value else NOT_STATED for value in _numbers(column)])


def _devices(column: "pd.Series[Any]") -> list[str]:
    # The same device is written with different runs of spaces.
    return _merged([" ".join(v.split()) if isinstance(v, str) and v.strip() else NOT_STATED for v in column.tolist()])


def _remarks(table: "pd.DataFrame") -> list[tuple[str, list[str]]]:
    """For each kind of remark, and for noise of any kind, whether each record has it."""
    described = _described(table)
    noted = {
        f"{REMARK}{name}": [isinstance(value, str) and bool(value.strip()) for value in table[column].tolist()]
        for column, name in REMARKS.items()
        if column in table.columns
    }
    noise = [values for name, values in noted.items() if name.removeprefix(REMARK) in NOISE]
    if noise:
        noted = {f"{REMARK}any noise": [any(values) for values in zip(*noise)], **noted}
    words = {True: "noted", False: "none"}
    return [
        (variable, [words[value] if known else NOT_STATED for value, known in zip(values, described)])
        for variable, values in noted.items()
    ]


def _described(table: "pd.DataFrame") -> list[bool]:
    """Whether a record has any description; without one, that no remark stands there says nothing."""
    columns = [name for name in ("sex", "age", "validated_by_human") if name in table.columns]
    if not columns:
        return [True] * len(table)
    return [bool(value) for value in table[columns].notna().any(axis=1).tolist()]


def _numbers(column: "pd.Series[Any]") -> list[float]:
    import pandas as pd

    return [float(value) for value in pd.to_numeric(column, errors="coerce").tolist()]


def _merged(names: list[str]) -> list[str]:
    counts = {name: names.count(name) for name in set(names)}
    small = {name for name, count in counts.items() if count < SMALLEST_OF_MANY and name != NOT_STATED}
    if len(small) < 2:
        return names
    other = f"other ({len(small)} with fewer than {SMALLEST_OF_MANY} records each)"
    return [other if name in small else name for name in names]
