"""Judge anyone's predictions by the same protocol: a table of scores by `ecg_id`."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twelvelead.commands.evaluate_run import RunEvaluation
from twelvelead.commands.judging import UNKNOWN_TRAINING, judge
from twelvelead.commands.prediction_table import (
    PredictionTable,
    read_predictions,
)
from twelvelead.commands.scoring import part_of
from twelvelead.data.labelled import LabelledParts
from twelvelead.data.labels import make_labels
from twelvelead.data.metadata import database_digest, read_metadata
from twelvelead.data.splits import fold_split, parse_folds
from twelvelead.data.statement_file import read_statements
from twelvelead.errors import DataError
from twelvelead.evaluation.thresholds import parse_rule
from twelvelead.files import file_digest

__all__ = ["evaluate_predictions"]


def evaluate_predictions(
    predictions: str | Path,
    data_dir: str | Path,
    *,
    task: str = "superdiagnostic",
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
    return judge(scored, table.classes, protocol, rule, calibrate, out, figures, parts)


def _labelled(
    data_dir: Path, task: str, min_likelihood: float, min_samples: int, val_folds: str, test_folds: str
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
