"""Judge anyone's predictions by the same protocol: NumPy arrays of scores and labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.commands.evaluate_run import RunEvaluation
from twelvelead.commands.judging import UNKNOWN_TRAINING, judge
from twelvelead.commands.prediction_table import (
    check_class_names,
    check_probabilities,
)
from twelvelead.commands.scoring import ScoredPart
from twelvelead.data.labels import SUPERCLASSES
from twelvelead.data.splits import Overlap, Split, count_patients, patient_overlap
from twelvelead.errors import DataError
from twelvelead.evaluation.thresholds import parse_rule

__all__ = ["ArrayFiles", "evaluate_arrays"]


@dataclass(frozen=True)
class ArrayFiles:
    """NumPy files of one part; row n of each is the same record."""

    scores: Path
    """Probabilities `(record, class)`."""
    labels: Path
    """0 or 1, of the same shape."""
    patients: Path | None = None
    """Whole numbers `(record,)`: who each record is of."""


def evaluate_arrays(
    test: ArrayFiles,
    *,
    val: ArrayFiles | None = None,
    classes: Sequence[str] | None = None,
    thresholds: str | None = None,
    calibrate: bool = False,
    out: Path | None = None,
    figures: bool = True,
) -> RunEvaluation:
    """Evaluate arrays of scores and labels; the arguments that are not explained are `evaluate_predictions`'s.

    Args:
        test: what is scored.
        val: what chooses thresholds; None: only 0.5 is used.
        classes: names of the columns; None: PTB-XL's superclasses where there are five, else numbers.

    Raises:
        DataError: a file cannot be read, or shapes or values do not fit.
    """
    rule = parse_rule(thresholds) if thresholds else None
    files = {"val": val, "test": test} if val else {"test": test}
    scored: dict[str, ScoredPart] = {}
    for name, of_part in files.items():
        scored[name] = _read_arrays(of_part, first_id=sum(len(part.ecg_ids) for part in scored.values()))
    if "val" in scored and np.array_equal(scored["val"].scores, scored["test"].scores):
        raise DataError(
            "the validation scores are the test scores; thresholds chosen on them would hold for no others."
        )
    columns = scored["test"].scores.shape[1]
    names = tuple(classes or _class_names(columns))
    check_class_names(names)
    for part in scored.values():
        if part.scores.shape[1] != len(names):
            raise DataError(f"{len(names)} classes are named ({', '.join(names)}), the arrays have {columns} columns.")
    notes = [UNKNOWN_TRAINING, "records are numbered by their rows, those of the validation part first"]
    overlap = _overlap(scored)
    if overlap is None:
        notes.append("patients are not given: whether some are in both parts is not known")
    elif overlap.patients:
        notes.append(overlap.warning)
    if not all(of_part.patients for of_part in files.values()):
        notes.append("patients are not given: the intervals take each record for a patient and may be too narrow")
    if not val:
        notes.append("no validation part is given: there are no thresholds but 0.5")
    protocol = {
        "data": str(test.scores.resolve()),
        "task": "not stated",
        "label_rule": "labels as given",
        "classes": list(names),
        "split": "as given",
        "parts": {name: _describe(part, names) for name, part in scored.items()},
        "patient_overlap": None if overlap is None else [vars(overlap)],
        "notes": notes,
    }
    return judge(scored, names, protocol, rule, calibrate, out, figures)


def _overlap(scored: dict[str, ScoredPart]) -> Overlap | None:
    """Patients of the test part who are in the validation part too; None where patients are not known."""
    if "val" not in scored or not all(part.patients_known for part in scored.values()):
        return None
    val, test = (scored[name].patients for name in ("val", "test"))
    rows = np.arange(len(val) + len(test))
    split = Split(rows[:0], rows[: len(val)], rows[len(val) :], "as given")
    return next(found for found in patient_overlap(split, (*val, *test)) if found.first == "val")


def _read_arrays(files: ArrayFiles, first_id: int) -> ScoredPart:
    scores = _matrix(_load(files.scores), files.scores).astype(np.float64, order="C")
    labels = _matrix(_load(files.labels), files.labels)
    if scores.shape != labels.shape:
        raise DataError(
            f"{files.scores} has shape {scores.shape}, {files.labels} {labels.shape}; they must be the same."
        )
    if not np.isin(labels, (0, 1)).all():
        raise DataError(f"{files.labels} has values other than 0 and 1.")
    check_probabilities(scores, str(files.scores))
    patients: tuple[int | None, ...] = (None,) * len(scores)
    if files.patients:
        numbers = _load(files.patients)
        if numbers.shape != (len(scores),) or numbers.dtype.kind not in "iu":
            raise DataError(f"{files.patients} must hold {len(scores)} whole numbers, one a record.")
        patients = tuple(numbers.tolist())
    return ScoredPart(first_id + np.arange(len(scores)), patients, labels.astype(np.uint8), scores)


def _load(path: Path) -> NDArray[Any]:
    try:
        # A map first: a header that claims more than the file holds is found before memory is taken.
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise DataError(f"{path} not found.") from None
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path} is no array that can be read: {str(error).rstrip('.')}.") from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise DataError(f"{path} is no .npy file of numbers.")
    return np.asarray(array)


def _matrix(array: NDArray[Any], path: Path) -> NDArray[Any]:
    """`(record, class)`; one dimension is one class."""
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or not array.size:
        raise DataError(f"{path} has shape {array.shape}; expected is (record, class).")
    return array


def _class_names(columns: int) -> tuple[str, ...]:
    return SUPERCLASSES if columns == len(SUPERCLASSES) else tuple(f"class {i + 1}" for i in range(columns))


def _describe(part: ScoredPart, classes: Sequence[str]) -> dict[str, Any]:
    return {
        "records": len(part.labels),
        "patients": count_patients(part.patients) if part.patients_known else None,
        "unlabelled": int((~part.labels.any(axis=1)).sum()),
        "positives": dict(zip(classes, part.labels.sum(axis=0, dtype=int).tolist())),
    }
