"""Judge anyone's predictions by the same protocol: a table of scores by `ecg_id`, or arrays of scores and labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import twelvelead
from twelvelead.commands.evaluate_run import RunEvaluation, write_tables
from twelvelead.commands.prediction_table import (
    PredictionTable,
    check_class_names,
    check_probabilities,
    read_predictions,
)
from twelvelead.commands.run_figures import draw_run
from twelvelead.commands.scoring import ScoredPart, choose_on, part_of, score_parts, scoring_protocol
from twelvelead.commands.superclass_scoring import score_as_superclasses
from twelvelead.config import Task
from twelvelead.data.labelled import LabelledParts
from twelvelead.data.labels import SUPERCLASSES, make_labels
from twelvelead.data.metadata import database_digest, read_metadata
from twelvelead.data.splits import Overlap, Split, count_patients, fold_split, parse_folds, patient_overlap
from twelvelead.data.statement_file import read_statements
from twelvelead.errors import ConfigError, DataError
from twelvelead.evaluation.calibration import apply_temperature, fit_temperature
from twelvelead.evaluation.thresholds import BEST_F1, ThresholdRule, parse_rule
from twelvelead.files import file_digest
from twelvelead.training.run_folder import CONFIG_FILE, MODEL_FOLDER, clear_results

__all__ = ["ArrayFiles", "evaluate_arrays", "evaluate_predictions"]

UNKNOWN_TRAINING = (
    "which records trained the model is not known here: that none of them is scored is for its maker to say"
)


@dataclass(frozen=True)
class ArrayFiles:
    """NumPy files of one part; row n of each is the same record."""

    scores: Path
    """Probabilities `(record, class)`."""
    labels: Path
    """0 or 1, of the same shape."""
    patients: Path | None = None
    """Whole numbers `(record,)`: who each record is of."""


def evaluate_predictions(
    predictions: str | Path,
    data_dir: str | Path,
    *,
    task: Task = "superdiagnostic",
    min_likelihood: float = 0.0,
    val_folds: str = "9",
    test_folds: str = "10",
    min_samples: int = 0,
    thresholds: str | None = None,
    calibrate: bool = False,
    out: Path | None = None,
    figures: bool = True,
) -> RunEvaluation:
    """Evaluate predictions without the model that made them.

    Args:
        predictions: Parquet or CSV with `ecg_id` and one column of probabilities a class, by the class's name.
        data_dir: folder with `ptbxl_database.csv`; signals are not needed.
        task, min_likelihood, min_samples: which labels, as in training.
        val_folds: folds whose predictions choose thresholds; without any in the file only 0.5 is used.
        test_folds: folds that are scored.
        thresholds: rule, as in `evaluate_run`; None: "f1" where there are validation records.
        calibrate: apply a temperature fitted on the validation folds.
        out: folder for `metrics.json`, `predictions.parquet` and `figures/`; None writes nothing.
        figures: whether to draw them.

    Raises:
        DataError: the file or the data cannot be used, or no test record is in the file.
        ConfigError: an option is not allowed.
    """
    predictions = Path(predictions)
    rule = parse_rule(thresholds) if thresholds else None
    parts = _labelled(Path(data_dir), task, min_likelihood, min_samples, val_folds, test_folds)
    table = read_predictions(predictions, parts.labels.classes)
    parts, rows = _only_predicted(parts, table)
    scored = {
        name: part_of(parts.metadata.iloc[positions], parts.labels.matrix[positions], table.scores[rows[positions]])
        for name in ("val", "test")
        if len(positions := getattr(parts.split, name))
    }
    protocol = {**parts.describe(), "predictions": str(predictions.resolve()), "sha256": file_digest(predictions)}
    return _judge(scored, table.classes, protocol, rule, calibrate, out, figures, parts)


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
    return _judge(scored, names, protocol, rule, calibrate, out, figures)


def _overlap(scored: dict[str, ScoredPart]) -> Overlap | None:
    """Patients of the test part who are in the validation part too; None where patients are not known."""
    if "val" not in scored or any(None in part.patients for part in scored.values()):
        return None
    val, test = (scored[name].patients for name in ("val", "test"))
    rows = np.arange(len(val) + len(test))
    split = Split(rows[:0], rows[: len(val)], rows[len(val) :], "as given")
    return next(found for found in patient_overlap(split, (*val, *test)) if found.first == "val")


def _judge(
    scored: dict[str, ScoredPart],
    classes: Sequence[str],
    protocol: dict[str, Any],
    rule: ThresholdRule | None,
    calibrate: bool,
    out: Path | None,
    figures: bool,
    parts: LabelledParts | None = None,
) -> RunEvaluation:
    if out:
        _check_out(out)
    val = scored.get("val")
    if val is None and (calibrate or rule):
        option = "--calibrate" if calibrate else "--thresholds"
        raise ConfigError(f"{option} needs predictions of validation records; there are none.")
    rule = rule or BEST_F1
    temperature = fit_temperature(val.labels, val.scores) if calibrate and val else 1.0
    if temperature != 1.0:
        scored = {name: part.with_scores(apply_temperature(part.scores, temperature)) for name, part in scored.items()}
    thresholds = choose_on(scored["val"], rule) if val else None
    metrics = {
        "protocol": {
            **protocol,
            **scoring_protocol(not any(None in part.patients for part in scored.values())),
            "threshold_rule": rule.description if val else "none: no validation predictions were given",
            "temperature": temperature,
            "twelvelead": twelvelead.__version__,
        },
        **score_parts(scored, classes, thresholds),
    }
    superclasses = score_as_superclasses(scored, parts, classes) if parts else None
    if superclasses:
        metrics["superclasses"] = superclasses.metrics
    files: list[Path] = []
    if out:
        clear_results(out)
        files = write_tables(out, metrics, scored, classes, superclasses.scored if superclasses else {})
        if figures:
            files += draw_run(out, metrics, scored["test"].labels, scored["test"].scores)
    return RunEvaluation(metrics, files)


def _check_out(out: Path) -> None:
    """Refuse a folder whose results are of something else."""
    if out.exists() and not out.is_dir():
        raise ConfigError(f"--out {out} is a file; name a folder.")
    if (out / CONFIG_FILE).exists() or (out / MODEL_FOLDER).exists():
        raise ConfigError(f"--out {out} is a run with a model of its own; choose another folder.")


def _labelled(
    data_dir: Path, task: Task, min_likelihood: float, min_samples: int, val_folds: str, test_folds: str
) -> LabelledParts:
    metadata = read_metadata(data_dir)
    labels = make_labels(
        metadata["scp_codes"],
        read_statements(data_dir),
        task,
        min_likelihood=min_likelihood,
        min_samples=min_samples,
    )
    return LabelledParts(
        data_dir=data_dir,
        metadata=metadata,
        database_sha256=database_digest(data_dir),
        labels=labels,
        split=fold_split(metadata["strat_fold"].to_numpy(), (), parse_folds(val_folds), parse_folds(test_folds)),
        remarks=(UNKNOWN_TRAINING,),
    )


def _only_predicted(parts: LabelledParts, table: PredictionTable) -> tuple[LabelledParts, NDArray[np.int64]]:
    """The parts without the records that have no prediction, and each record's row in the table (-1 for none)."""
    row_of = {int(ecg_id): row for row, ecg_id in enumerate(table.ecg_ids)}
    rows = np.array([row_of.get(int(ecg_id), -1) for ecg_id in parts.metadata.index], dtype=np.int64)
    predicted = parts.split.keep(rows >= 0)
    if not len(parts.split.test):
        raise DataError(f"the data have no test record ({parts.split.description}); choose others with --test-folds.")
    if not len(predicted.test):
        raise DataError(
            f"none of the {len(parts.split.test)} test records ({parts.split.description}) is in the predictions; "
            "choose the folds with --test-folds."
        )
    remarks = list(parts.remarks)
    for name in ("val", "test"):
        wanted, found = len(getattr(parts.split, name)), len(getattr(predicted, name))
        if 0 < found < wanted:
            remarks.append(f"WARNING: only {found} of the {wanted} {name} records have a prediction")
    if not len(predicted.val):
        remarks.append("no validation record has a prediction: there are no thresholds but 0.5")
    strangers = len(row_of.keys() - set(parts.metadata.index.tolist()))
    if strangers:
        remarks.append(f"WARNING: {strangers} predictions are of records that the data do not have; are these ecg_ids?")
    return replace(parts, split=predicted, remarks=tuple(remarks)), rows


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
        "patients": None if None in part.patients else count_patients(part.patients),
        "unlabelled": int((~part.labels.any(axis=1)).sum()),
        "positives": dict(zip(classes, part.labels.sum(axis=0, dtype=int).tolist())),
    }
