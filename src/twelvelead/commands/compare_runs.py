"""Compare two models on the records that both have predictions of."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.commands.prediction_table import PredictionTable, few_names, read_predictions
from twelvelead.commands.scoring import RESAMPLES, ScoredPart, part_resamples, scoring_protocol
from twelvelead.errors import CheckpointError, DataError
from twelvelead.evaluation.comparison import P_VALUE_RULE, compare_scores
from twelvelead.training.run_folder import METRICS_FILE, PREDICTIONS_FILE, SUPERCLASS_PREDICTIONS

__all__ = ["compare_runs"]


@dataclass(frozen=True)
class _Predictions:
    """The test records of one side."""

    source: Path
    table: PredictionTable
    rows: NDArray[np.int64]
    """Rows of the table that are of the test part."""


def compare_runs(first: str | Path, second: str | Path) -> dict[str, Any]:
    """The paired comparison of two evaluated runs, second minus first, on the test records that both have.

    Args:
        first, second: run folders that `evaluate` has been through, or tables of predictions with labels, such as a
            run's `predictions_noisy_or.parquet`.

    Returns:
        `protocol` and, for each ranking metric, what `compare_scores` says.

    Raises:
        CheckpointError: a run has not been evaluated.
        DataError: the classes differ, no test record is in both, or their labels differ.
    """
    one, other = _open(Path(first)), _open(Path(second))
    _check_classes(one, other)
    other_columns = [other.table.classes.index(name) for name in one.table.classes]
    one_rows, other_rows = _common(one, other)
    labels = _labels(one, one_rows)
    theirs = _labels(other, other_rows)[:, other_columns]
    if (labels != theirs).any():
        different = int((labels != theirs).any(axis=1).sum())
        raise DataError(
            f"{different} of {len(labels)} records have other labels in {other.source} than in {one.source}; "
            "the two were evaluated by different label rules or data."
        )
    part = ScoredPart(
        ecg_ids=one.table.ecg_ids[one_rows],
        patients=_patients(one, one_rows, other, other_rows),
        labels=labels,
        scores=one.table.scores[one_rows],
    )
    resamples = part_resamples(part)
    how = scoring_protocol(part.patients_known)
    other_scores = other.table.scores[other_rows][:, other_columns]
    compared = compare_scores(labels, part.scores, other_scores, one.table.classes, resamples)
    return {
        "protocol": {
            "first": str(one.source),
            "second": str(other.source),
            "records": len(labels),
            "patients": resamples.patient_count,
            "left_out": {"first": len(one.rows) - len(labels), "second": len(other.rows) - len(labels)},
            "difference": "second − first",
            "resamples": RESAMPLES,
            "p_value": P_VALUE_RULE,
            "notes": [*_notes(one, other, len(labels)), *_rare(compared["few_positives"])],
            "intervals": how["intervals"],
            "macro": how["macro"],
        },
        **compared,
    }


def _open(source: Path) -> _Predictions:
    path = source / PREDICTIONS_FILE if source.is_dir() else source
    if source.is_dir() and not path.is_file():
        raise CheckpointError(
            f"{source} has not been evaluated (no {PREDICTIONS_FILE}); run `twelvelead evaluate` first."
        )
    if not path.exists():
        raise DataError(f"{path} not found.")
    table = read_predictions(path)
    in_test = np.ones(len(table.ecg_ids), dtype=bool)
    if table.parts is not None:
        in_test = np.array([part == "test" for part in table.parts])
    if not in_test.any():
        raise DataError(f"{path} has no record of a test part.")
    return _Predictions(path, table, np.flatnonzero(in_test))


def _check_classes(one: _Predictions, other: _Predictions) -> None:
    if set(one.table.classes) == set(other.table.classes):
        return
    hint = next(
        (
            f" Compare {beside} instead."
            for side in (one, other)
            if (beside := side.source.with_name(SUPERCLASS_PREDICTIONS["noisy_or"])).is_file() and beside != side.source
        ),
        "",
    )
    raise DataError(
        f"{one.source} has the classes {few_names(one.table.classes)}, {other.source} "
        f"{few_names(other.table.classes)}; only models of the same classes can be compared.{hint}"
    )


def _common(one: _Predictions, other: _Predictions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the records that are in both, in the same order."""
    _, at_one, at_other = np.intersect1d(
        one.table.ecg_ids[one.rows], other.table.ecg_ids[other.rows], assume_unique=True, return_indices=True
    )
    if not len(at_one):
        raise DataError(f"no test record of {one.source} is a test record of {other.source}; their test folds differ.")
    return one.rows[at_one], other.rows[at_other]


def _labels(side: _Predictions, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    assert side.table.labels is not None  # `read_predictions` takes the classes that have labels
    return side.table.labels[rows]


def _patients(
    one: _Predictions, one_rows: NDArray[np.int64], other: _Predictions, other_rows: NDArray[np.int64]
) -> tuple[int | None, ...]:
    """Who each record is of, from whichever side knows."""
    known = [
        tuple(side.table.patients[row] for row in rows.tolist())
        for side, rows in ((one, one_rows), (other, other_rows))
        if side.table.patients is not None
    ]
    if len(known) == 2 and known[0] != known[1]:
        raise DataError(f"{one.source} and {other.source} say different patients of the same records.")
    return known[0] if known else (None,) * len(one_rows)


def _notes(one: _Predictions, other: _Predictions, common: int) -> list[str]:
    notes = []
    for side in (one, other):
        rest = len(side.rows) - common
        if rest:
            notes.append(f"{rest} of {len(side.rows)} test records of {side.source} are left out: the other lacks them")
        if side.table.parts is None:
            notes.append(f"{side.source} does not say which records are of a test part; all are taken")
        notes += [f"{note} ({side.source})" for note in _warnings(side)]
    if one.table.patients is None and other.table.patients is None:
        notes.append("patients are not known: the intervals take each record for a patient and may be too narrow")
    return notes


def _rare(classes: list[str]) -> list[str]:
    if not classes:
        return []
    names = ", ".join(classes)
    return [f"WARNING: few patients have or lack {names}: intervals too narrow and p-values too small, macro included"]


def _warnings(side: _Predictions) -> list[str]:
    """What the evaluation that the predictions are of warns of, such as patients in two parts."""
    try:
        notes = json.loads(side.source.with_name(METRICS_FILE).read_text(encoding="utf-8"))["protocol"]["notes"]
        return [str(note) for note in notes if str(note).startswith("WARNING")]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return []  # a table may lie beside a file of that name that is none of ours
