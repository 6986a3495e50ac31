"""Evaluate a run: predictions, `metrics.json` and figures into the run folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import twelvelead
from twelvelead.commands.prediction_table import write_predictions
from twelvelead.commands.run_data import check_fits, saved_options
from twelvelead.commands.run_figures import draw_run
from twelvelead.commands.scoring import ScoredPart, choose_on, part_of, score_parts, scoring_protocol, to_table
from twelvelead.commands.superclass_scoring import score_as_superclasses
from twelvelead.config import Device
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.errors import ConfigError, DataError
from twelvelead.evaluation.calibration import apply_temperature, fit_temperature
from twelvelead.evaluation.thresholds import parse_rule
from twelvelead.files import file_digest, locked, write_json
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import INFO_FILE, WEIGHTS_FILE, load_classifier, save_info
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.models.device import choose_device
from twelvelead.training.run_folder import (
    METRICS_FILE,
    MODEL_FOLDER,
    PREDICTIONS_FILE,
    SUMMARY_FILE,
    SUPERCLASS_PREDICTIONS,
    clear_exports,
    clear_results,
    require_run,
)
from twelvelead.training.split_file import SavedSplit, as_trained, read_split, used_in_training

__all__ = ["RunEvaluation", "evaluate_run", "write_tables"]

EVALUATED = ("val", "test")


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
    thresholds: str | None = None,
    calibrate: bool | None = None,
    figures: bool = True,
    device: Device = "auto",
    workers: int = 0,
    progress: Callable[[str], None] | None = None,
) -> RunEvaluation:
    """Evaluate the model of a run on its validation and test parts.

    Thresholds and temperature are the model's own, or chosen anew here, on its validation part; the test part chooses
    nothing.

    Args:
        run: a run folder of `train`.
        data_dir, val_folds, test_folds, store: where they differ from what the run was trained with.
        thresholds: choose thresholds anew by this rule ("f1", "youden", "sensitivity=0.9", "specificity=0.9") and
            save them with the model.
        calibrate: True fits a temperature and saves it with the model; False takes a saved one away; None leaves it.
        figures: whether to draw `figures/`; dozens of classes take a while.
        device: where to compute; "auto" takes the GPU if there is one.
        workers: CPU threads; 0: all cores.
        progress: told what is being done.

    Raises:
        CheckpointError: `run` is no finished training.
        DataError: a part is empty, the data do not have the model's classes, or records of the test part were in
            the training or validation part of the model.
        ConfigError: the folds overlap, or the rule is not known.
    """
    run = Path(run)
    say = progress or (lambda text: None)
    saved_dir, options = saved_options(require_run(run))
    changes: dict[str, Any] = {"val_folds": val_folds, "test_folds": test_folds, "store": store}
    if options.split == "stratified" and (val_folds or test_folds):
        raise ConfigError("this run has a stratified split; --val-folds and --test-folds have no meaning for it.")
    options = replace(options, **{k: v for k, v in changes.items() if v is not None})
    rule = parse_rule(thresholds) if thresholds else None
    classifier = load_classifier(run, choose_device(device))
    saved = read_split(run)
    parts = load_parts(Path(data_dir or saved_dir), options)
    if options.split == "stratified":
        # Made from the records that were usable then; made again it could be another one.
        parts = replace(parts, split=as_trained(saved, parts))
    check_fits(classifier.info, parts)
    _check_unseen(saved, parts, choosing=rule is not None or calibrate is True)
    parts = replace(parts, remarks=(*parts.remarks, *_doubts(run, saved, parts, classifier.info)))
    scored = _predict(classifier, parts, workers, say)
    if calibrate is not None:
        scored = _set_temperature(classifier, scored, calibrate)
    if rule:
        classifier.set_thresholds(choose_on(scored["val"], rule), rule.description)
    say("scoring")
    with locked(run, ConfigError(f"another process is training or evaluating {run}.")):
        return _write_evaluation(
            run, classifier, parts, scored, chosen=bool(rule) or calibrate is not None, figures=figures
        )


def _write_evaluation(
    run: Path, classifier: Classifier, parts: DataParts, scored: dict[str, ScoredPart], chosen: bool, figures: bool
) -> RunEvaluation:
    """Score, and write; `chosen`: thresholds or temperature were chosen anew and go into the model."""
    # Gone first: a break must leave no results of other thresholds than the model's.
    clear_results(run)
    if chosen:
        clear_exports(run)
        save_info(classifier, run / MODEL_FOLDER)
    metrics = {
        "protocol": {
            **_protocol(classifier.info, parts, run / MODEL_FOLDER),
            **scoring_protocol(all(part.patients_known for part in scored.values())),
        },
        **score_parts(scored, classifier.info.classes, classifier.info.decision_thresholds),
    }
    superclasses = score_as_superclasses(scored, parts, classifier.info.classes)
    if superclasses:
        metrics["superclasses"] = superclasses.metrics
    files = write_tables(run, metrics, scored, classifier.info.classes, superclasses.scored if superclasses else {})
    if figures:
        files += draw_run(run, metrics, scored["test"].labels, scored["test"].scores)
    return RunEvaluation(metrics, files)


def _predict(
    classifier: Classifier, parts: DataParts, workers: int, say: Callable[[str], None]
) -> dict[str, ScoredPart]:
    predictor = Predictor(classifier, workers)
    scored = {}
    for name in EVALUATED:
        say(f"predicting the {name} part")
        positions, rows, labels = parts.part(name)
        scores = predictor.predict_dataset(RecordDataset(parts.store.signals, rows, labels))
        scored[name] = part_of(parts.metadata.iloc[positions], labels, scores)
    return scored


def _set_temperature(
    classifier: Classifier, scored: Mapping[str, ScoredPart], calibrate: bool
) -> dict[str, ScoredPart]:
    """Give the classifier a temperature fitted on the validation part, or none; returns the parts as it scores now.

    The thresholds move along, so that decisions stay what they were.
    """
    was, val = classifier.info.temperature, scored["val"]
    wanted = fit_temperature(val.labels, apply_temperature(val.scores, 1 / was)) if calibrate else 1.0
    classifier.change_temperature(wanted)
    return {name: part.with_scores(apply_temperature(part.scores, wanted / was)) for name, part in scored.items()}


def write_tables(
    run: Path,
    metrics: dict[str, Any],
    scored: Mapping[str, ScoredPart],
    classes: Sequence[str],
    superclasses: Mapping[str, tuple[Sequence[str], Mapping[str, ScoredPart]]],
) -> list[Path]:
    """Write `metrics.json` and the tables of predictions into `run`; returns the files."""
    write_json(run / METRICS_FILE, metrics)
    write_predictions(run / PREDICTIONS_FILE, to_table(scored, classes))
    files = [run / METRICS_FILE, run / PREDICTIONS_FILE]
    for how, (names, as_superclasses) in superclasses.items():
        files.append(run / SUPERCLASS_PREDICTIONS[how])
        write_predictions(files[-1], to_table(as_superclasses, names))
    return files


def _check_unseen(saved: SavedSplit, parts: DataParts, choosing: bool) -> None:
    """Refuse a test part of which the model has seen something, and to choose on records that trained it."""
    seen = used_in_training(saved, parts, parts.split.part("test"))
    if seen:
        raise DataError(
            f"{seen} of the {len(parts.split.test)} test records were in the training or validation part of this "
            "model; choose test folds that it has not seen."
        )
    trained = used_in_training(saved, parts, parts.split.val, ("train",))
    if choosing and trained:
        raise DataError(
            f"{trained} of the {len(parts.split.val)} validation records trained this model; thresholds and "
            "temperature chosen on them would not hold for others. Choose other validation folds."
        )


def _doubts(run: Path, saved: SavedSplit, parts: DataParts, info: ModelInfo) -> list[str]:
    """What else a reader of the scores must know."""
    doubts = []
    if not (run / SUMMARY_FILE).is_file():
        doubts.append("WARNING: the training of this run is not finished")
    if parts.database_sha256 != info.trained_on.get("database_sha256"):
        doubts.append("WARNING: the table of records is not the one that the model was trained with")
    unseen = len(parts.split.val) - used_in_training(saved, parts, parts.split.val)
    if unseen:
        doubts.append(f"{unseen} records of the val part shown here did not choose epoch and thresholds")
    return doubts


def _protocol(info: ModelInfo, parts: DataParts, model: Path) -> dict[str, Any]:
    return {
        **parts.describe(),
        "val": "chose epoch and thresholds, so its own scores are optimistic",
        "epoch_chosen_by": info.trained_on.get("epoch_chosen_by", "least loss on the validation part"),
        "started_from": info.trained_on.get("started_from"),
        "teachers": info.trained_on.get("teachers"),
        "threshold_rule": info.threshold_rule or "0.5 for every class; none were chosen",
        "temperature": info.temperature,
        "trained_with_split": info.trained_on.get("split", "unknown"),
        "network": info.network,
        "weights_sha256": file_digest(model / WEIGHTS_FILE),
        "model_sha256": file_digest(model / INFO_FILE),
        "twelvelead": twelvelead.__version__,
    }
