"""Evaluate a run: predictions, `metrics.json` and figures into the run folder."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import twelvelead
from twelvelead.config import DataOptions, read_toml
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.errors import CheckpointError, ConfigError, DataError
from twelvelead.evaluation.metrics import precision_recall_curve, roc_curve
from twelvelead.evaluation.report_card import report_card
from twelvelead.files import atomic_path, write_json
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.models.classifier import ModelInfo
from twelvelead.training.history import read_history
from twelvelead.training.run_folder import CONFIG_FILE, require_run

__all__ = ["METRICS_FILE", "PREDICTIONS_FILE", "RunEvaluation", "evaluate_run"]

METRICS_FILE = "metrics.json"
PREDICTIONS_FILE = "predictions.parquet"
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
    workers: int = 0,
    progress: Callable[[str], None] | None = None,
) -> RunEvaluation:
    """Evaluate the model of a run on its validation and test parts.

    Thresholds are the model's own, chosen on its validation part; the test part chooses nothing.

    Args:
        run: a run folder of `train`.
        data_dir, val_folds, test_folds, store: where they differ from what the run was trained with.
        workers: CPU threads; 0: all cores.
        progress: told what is being done.

    Raises:
        CheckpointError: `run` is no finished training.
        DataError: a part is empty, or the data do not have the model's classes.
        ConfigError: the folds overlap.
    """
    run = Path(run)
    say = progress or (lambda text: None)
    saved_dir, options = _saved_options(require_run(run))
    changes: dict[str, Any] = {"val_folds": val_folds, "test_folds": test_folds, "store": store}
    options = replace(options, **{k: v for k, v in changes.items() if v is not None})
    predictor = Predictor(load_classifier(run), workers)
    parts = load_parts(Path(data_dir or saved_dir), options)
    _check_fits(predictor.info, parts)
    results = {}
    for name in EVALUATED:
        say(f"predicting the {name} part")
        positions, rows, labels = parts.part(name)
        scores = predictor.predict_dataset(RecordDataset(parts.store.signals, rows, labels))
        results[name] = (positions, labels, scores)
    metrics = _metrics(predictor.info, parts, results)
    files = [run / METRICS_FILE, run / PREDICTIONS_FILE]
    write_json(files[0], metrics)
    _write_predictions(files[1], parts, results, predictor.info.classes)
    say("drawing figures")
    files += _draw(run, metrics, results["test"])
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
    return Path(table["data"]), DataOptions(**values)


def _check_fits(info: ModelInfo, parts: DataParts) -> None:
    if info.classes != parts.labels.classes:
        raise DataError(
            f"the model's classes are {', '.join(info.classes)}, these data's {', '.join(parts.labels.classes)}."
        )
    if info.rate_hz != parts.store.rate_hz:
        raise ConfigError(f"the model takes {info.rate_hz} Hz, the data are at {parts.store.rate_hz} Hz.")


def _metrics(info: ModelInfo, parts: DataParts, results: _Results) -> dict[str, Any]:
    thresholds = info.thresholds or (0.5,) * len(info.classes)
    return {
        "protocol": {
            **parts.describe(),
            "unlabelled": "kept as all-zero rows; `labelled_only` repeats the scores without them",
            "epoch_chosen_by": "least loss on the validation part",
            "threshold_rule": info.threshold_rule or "0.5 for every class; none were chosen",
            "trained_with_split": info.trained_on.get("split", "unknown"),
            "network": info.network,
            "twelvelead": twelvelead.__version__,
        },
        **{
            name: report_card(labels, scores, info.classes, thresholds) for name, (_, labels, scores) in results.items()
        },
    }


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


def _draw(
    run: Path,
    metrics: dict[str, Any],
    test: tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.float64]],
) -> list[Path]:
    from twelvelead.report.confusion import plot_confusion_matrices
    from twelvelead.report.curves import plot_precision_recall, plot_roc
    from twelvelead.report.history import plot_history
    from twelvelead.report.save import save_figure

    _, labels, scores = test
    card = metrics["test"]
    names = list(card["classes"])
    per_class = [card["classes"][name] for name in names]
    columns = range(len(names))
    roc = [roc_curve(labels[:, i], scores[:, i]) for i in columns]
    curves = [precision_recall_curve(labels[:, i], scores[:, i]) for i in columns]
    prevalence = labels.mean(axis=0).tolist()
    counts = [card["at_thresholds"]["classes"][name]["confusion"] for name in names]
    epochs = read_history(run)
    kept = min(epochs, key=lambda epoch: epoch.val_loss).epoch if epochs else None
    figures = {
        "roc": plot_roc(names, [x for x, _ in roc], [y for _, y in roc], [c["auc"] for c in per_class]),
        "precision_recall": plot_precision_recall(
            names,
            [r for r, _, _ in curves],
            [p for _, p, _ in curves],
            [c["average_precision"] for c in per_class],
            prevalence,
        ),
        "confusion": plot_confusion_matrices(np.array(counts), names),
    }
    if epochs:
        figures["history"] = plot_history(
            [e.train_loss for e in epochs],
            [e.val_loss for e in epochs],
            val_auc=[e.val_macro_auc for e in epochs],
            learning_rate=[e.learning_rate for e in epochs],
            kept_epoch=kept,
        )
    return [save_figure(figure, run / "figures" / f"{name}.png") for name, figure in figures.items()]
