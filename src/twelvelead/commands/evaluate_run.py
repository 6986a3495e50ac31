"""Evaluate a run: predictions, `metrics.json` and figures into the run folder."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import twelvelead
from twelvelead.commands.run_figures import draw_run
from twelvelead.config import DataOptions, Device, read_toml
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.splits import patient_numbers
from twelvelead.errors import CheckpointError, ConfigError, DataError
from twelvelead.evaluation.bootstrap import Resamples, draw_resamples
from twelvelead.evaluation.report_card import report_card
from twelvelead.files import atomic_path, file_digest, write_json
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import WEIGHTS_FILE, load_classifier
from twelvelead.models.classifier import ModelInfo
from twelvelead.models.device import choose_device
from twelvelead.training.run_folder import (
    CONFIG_FILE,
    METRICS_FILE,
    MODEL_FOLDER,
    PREDICTIONS_FILE,
    SUMMARY_FILE,
    require_run,
)
from twelvelead.training.split_file import SavedSplit, as_trained, read_split, used_in_training

__all__ = ["RunEvaluation", "evaluate_run"]

EVALUATED = ("val", "test")

RESAMPLES = 1000
RESAMPLE_SEED = 0


@dataclass(frozen=True)
class RunEvaluation:
    """What `evaluate_run` found and wrote."""

    metrics: dict[str, Any]
    """The content of `metrics.json`."""
    files: list[Path]
    """All files written."""


def evaluate_run(
    run: str | Path,
    *,
    data_dir: str | Path | None = None,
    val_folds: str | None = None,
    test_folds: str | None = None,
    store: Path | None = None,
    device: Device = "auto",
    workers: int = 0,
    progress: Callable[[str], None] | None = None,
) -> RunEvaluation:
    """Evaluate the model of a run on its validation and test parts.

    Thresholds are the model's own, chosen on its validation part; the test part chooses nothing.

    Args:
        run: a run folder of `train`.
        data_dir, val_folds, test_folds, store: where they differ from what the run was trained with.
        device: where to compute; "auto" takes the GPU if there is one.
        workers: CPU threads; 0: all cores.
        progress: told what is being done.

    Raises:
        CheckpointError: `run` is no finished training.
        DataError: a part is empty, the data do not have the model's classes, or records of the test part were in
            the training or validation part of the model.
        ConfigError: the folds overlap.
    """
    run = Path(run)
    say = progress or (lambda text: None)
    saved_dir, options = _saved_options(require_run(run))
    changes: dict[str, Any] = {"val_folds": val_folds, "test_folds": test_folds, "store": store}
    if options.split == "stratified" and (val_folds or test_folds):
        raise ConfigError("this run has a stratified split; --val-folds and --test-folds have no meaning for it.")
    options = replace(options, **{k: v for k, v in changes.items() if v is not None})
    predictor = Predictor(load_classifier(run, choose_device(device)), workers)
    saved = read_split(run)
    parts = load_parts(Path(data_dir or saved_dir), options)
    if options.split == "stratified":
        # Made from the records that were usable then; made again it could be another one.
        parts = replace(parts, split=as_trained(saved, parts))
    _check_fits(predictor.info, parts)
    _check_unseen(saved, parts)
    parts = replace(parts, remarks=(*parts.remarks, *_doubts(run, saved, parts, predictor.info)))
    results = {}
    for name in EVALUATED:
        say(f"predicting the {name} part")
        positions, rows, labels = parts.part(name)
        scores = predictor.predict_dataset(RecordDataset(parts.store.signals, rows, labels))
        results[name] = (positions, labels, scores)
    metrics = _metrics(predictor.info, parts, results, file_digest(run / MODEL_FOLDER / WEIGHTS_FILE))
    files = [run / METRICS_FILE, run / PREDICTIONS_FILE]
    write_json(files[0], metrics)
    _write_predictions(files[1], parts, results, predictor.info.classes)
    say("drawing figures")
    files += draw_run(run, metrics["test"], *results["test"][1:])
    return RunEvaluation(metrics, files)


_Results = dict[str, tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.float64]]]


def _saved_options(run: Path) -> tuple[Path, DataOptions]:
    table = read_toml(run / CONFIG_FILE).get("train", {})
    names = {f.name for f in fields(DataOptions)}
    values = {key: value for key, value in table.items() if key in names}
    if "store" in values:
        values["store"] = Path(values["store"])
    if "data" not in table:
        raise CheckpointError(f"{run / CONFIG_FILE} does not name the data folder; give it with --data.")
    try:
        return Path(table["data"]), DataOptions(**values)
    except (TypeError, ConfigError) as error:
        raise CheckpointError(f"{run / CONFIG_FILE} is damaged: {error}.") from error


def _check_fits(info: ModelInfo, parts: DataParts) -> None:
    if info.classes != parts.labels.classes:
        raise DataError(
            f"the model's classes are {', '.join(info.classes)}, these data's {', '.join(parts.labels.classes)}."
        )
    if info.rate_hz != parts.store.rate_hz:
        raise ConfigError(f"the model takes {info.rate_hz} Hz, the data are at {parts.store.rate_hz} Hz.")


def _check_unseen(saved: SavedSplit, parts: DataParts) -> None:
    """Refuse a test part of which the model has seen something."""
    seen = used_in_training(saved, parts, parts.split.part("test"))
    if seen:
        raise DataError(
            f"{seen} of the {len(parts.split.test)} test records were in the training or validation part of this "
            "model; choose test folds that it has not seen."
        )


def _doubts(run: Path, saved: SavedSplit, parts: DataParts, info: ModelInfo) -> list[str]:
    """What else a reader of the scores must know."""
    doubts = []
    if not (run / SUMMARY_FILE).is_file():
        doubts.append("WARNING: the training of this run is not finished")
    if parts.store.manifest.database_sha256 != info.trained_on.get("database_sha256"):
        doubts.append("WARNING: the table of records is not the one that the model was trained with")
    unseen = len(parts.split.val) - used_in_training(saved, parts, parts.split.val)
    if unseen:
        doubts.append(f"{unseen} records of the val part shown here did not choose epoch and thresholds")
    return doubts


def _metrics(info: ModelInfo, parts: DataParts, results: _Results, weights_digest: str) -> dict[str, Any]:
    return {
        "protocol": {
            **parts.describe(),
            "scores": "with unlabelled records as all-zero rows; `labelled_only` without them",
            "val": "chose epoch and thresholds, so its own scores are optimistic",
            "intervals": f"95 % of {RESAMPLES:,} bootstrap resamples of the patients, seed {RESAMPLE_SEED}",
            "epoch_chosen_by": "least loss on the validation part",
            "threshold_rule": info.threshold_rule or "0.5 for every class; none were chosen",
            "trained_with_split": info.trained_on.get("split", "unknown"),
            "network": info.network,
            "weights_sha256": weights_digest,
            "twelvelead": twelvelead.__version__,
        },
        **{
            name: report_card(labels, scores, info.classes, info.decision_thresholds, _resamples(parts, positions))
            for name, (positions, labels, scores) in results.items()
        },
    }


def _resamples(parts: DataParts, positions: NDArray[np.int64]) -> Resamples:
    patients = parts.metadata["patient_id"].iloc[positions].tolist()
    return draw_resamples(patient_numbers(patients), RESAMPLES, RESAMPLE_SEED)


def _write_predictions(path: Path, parts: DataParts, results: _Results, classes: tuple[str, ...]) -> None:
    """One row a record of the evaluated parts: `ecg_id`, `part`, and a probability for each class."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    ids = parts.metadata.index.to_numpy()
    names = np.concatenate([np.full(len(r[0]), name) for name, r in results.items()])
    scores = np.concatenate([r[2] for r in results.values()])
    columns = {
        "ecg_id": np.concatenate([ids[r[0]] for r in results.values()]),
        "part": names.astype(object),
        **{name: scores[:, i] for i, name in enumerate(classes)},
    }
    with atomic_path(path) as temporary:
        pq.write_table(pa.table(columns), temporary)
