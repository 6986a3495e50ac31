"""A run's files and the data folder in, everything that its report shows out."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from twelvelead.commands.prediction_table import PredictionTable, read_predictions
from twelvelead.commands.repeat_commands import repeat_commands
from twelvelead.commands.run_figures import plot_confusions, plot_curves, plot_epochs, plot_subgroups, plot_trust
from twelvelead.commands.wrong_cases import Drawn, draw_mistakes, find_mistakes
from twelvelead.errors import CheckpointError, TwelveleadError
from twelvelead.evaluation.metrics import auc
from twelvelead.files import file_digest
from twelvelead.models.checkpoint import INFO_FILE, WEIGHTS_FILE, load_classifier
from twelvelead.report.run.material import Material
from twelvelead.report.run.panels import panel_classes
from twelvelead.training.history import read_history
from twelvelead.training.run_folder import (
    CONFIG_FILE,
    METRICS_FILE,
    MODEL_FOLDER,
    PREDICTIONS_FILE,
    SUMMARY_FILE,
    kept_epoch,
    train_table,
)

__all__ = ["gather_run"]

FOREST_ROWS = 36
"""With more groups a figure would be too high to stand below its heading on a page."""


def gather_run(run: Path, data_dir: Path | None, say: Callable[[str], None]) -> tuple[Material, dict[str, Figure]]:
    """What there is of a run; parts that it lacks are left out.

    Raises:
        CheckpointError: the run is not evaluated, or its files do not belong together.
    """
    metrics = _metrics(run)
    options = train_table(run)
    table = _predictions(run, metrics)
    say("drawing figures")
    figures = _figures(run, metrics, table, options)
    drawn = _mistakes(metrics, table, data_dir)
    figures.update(drawn.figures)
    protocol = metrics.get("protocol", {})
    name = run.resolve().name
    material = Material(
        run_name=name,
        metrics=metrics,
        training=_json(run / SUMMARY_FILE),
        model=_json(run / MODEL_FOLDER / INFO_FILE),
        options=options,
        parameters=_parameters(run),
        figures=frozenset(figures),
        wrong=drawn.cases,
        wrong_missing=drawn.missing,
        commands=repeat_commands(name, options, protocol),
        remarks=_remarks(run, protocol),
    )
    return material, figures


def _metrics(run: Path) -> dict[str, Any]:
    if not (run / METRICS_FILE).is_file():
        if not (run / CONFIG_FILE).is_file():
            raise CheckpointError(f"{run} is no run folder (no {METRICS_FILE}); make one with `twelvelead train DATA`.")
        raise CheckpointError(f"{run} is not evaluated yet; do so with `twelvelead evaluate {run}`.")
    found = _json(run / METRICS_FILE) or {}
    if "test" not in found or "calibration" not in found["test"]:
        raise CheckpointError(f"{run / METRICS_FILE} is of another version; do `twelvelead evaluate {run}` again.")
    return found


def _json(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}.") from error
    if not isinstance(found, dict):
        raise CheckpointError(f"{path} holds no table of values.")
    return found


def _predictions(run: Path, metrics: Mapping[str, Any]) -> PredictionTable | None:
    """The test part's predictions, once they are known to be those that were scored."""
    path = run / PREDICTIONS_FILE
    card = metrics["test"]
    if not path.is_file():
        return None
    table = read_predictions(path, list(card["classes"]))
    if table.labels is None:
        return None
    table, labels = _only_test(table, table.labels)
    areas = [auc(labels[:, i], table.scores[:, i]) for i in range(len(table.classes))]
    wanted = [scores["auc"] for scores in card["classes"].values()]
    same = all(a == b or (a is not None and b is not None and abs(a - b) < 1e-9) for a, b in zip(areas, wanted))
    if len(table.ecg_ids) != card["records"] or not same:
        raise CheckpointError(f"{path} and {METRICS_FILE} do not belong together; evaluate the run again.")
    return table


def _only_test(table: PredictionTable, labels: NDArray[np.uint8]) -> tuple[PredictionTable, NDArray[np.uint8]]:
    """The test part's rows, and their labels."""
    if table.parts is None:
        return table, labels
    rows = np.flatnonzero(np.array(table.parts) == "test")
    return PredictionTable(table.ecg_ids[rows], table.classes, table.scores[rows], labels[rows]), labels[rows]


def _figures(
    run: Path, metrics: Mapping[str, Any], table: PredictionTable | None, options: Mapping[str, Any]
) -> dict[str, Figure]:
    card = metrics["test"]
    figures: dict[str, Figure] = {}
    if table is not None and table.labels is not None:
        figures |= plot_curves(card, table.labels, table.scores)
    figures |= plot_confusions(card, panel_classes(card))
    figures["reliability"] = plot_trust(card)
    if metrics.get("subgroups"):
        pages = plot_subgroups(metrics["subgroups"], card, FOREST_ROWS)
        figures |= {f"subgroups-{number}": figure for number, figure in enumerate(pages, 1)}
    epochs = read_history(run)
    if epochs:
        figures["history"] = plot_epochs(epochs, options, kept_epoch(run))
    return figures


def _mistakes(metrics: Mapping[str, Any], table: PredictionTable | None, data_dir: Path | None) -> Drawn:
    protocol, card = metrics.get("protocol", {}), metrics["test"]
    folder = data_dir or (Path(protocol["data"]) if protocol.get("data") else None)
    if table is None or folder is None:
        return Drawn()
    decisions = card["at_thresholds"] or card["at_0.5"]
    thresholds = [found["threshold"] for found in decisions["classes"].values()]
    mistakes = find_mistakes(table, thresholds)
    return draw_mistakes(
        table, mistakes, thresholds, folder, protocol.get("rate_hz", 100), protocol.get("database_sha256")
    )


def _parameters(run: Path) -> int | None:
    try:
        return sum(weights.numel() for weights in load_classifier(run).parameters())
    except TwelveleadError:
        return None


def _remarks(run: Path, protocol: Mapping[str, Any]) -> tuple[str, ...]:
    """Whether the model in the run folder is still the one that was scored, thresholds and temperature included."""
    for key, name in (("weights_sha256", WEIGHTS_FILE), ("model_sha256", INFO_FILE)):
        scored, path = protocol.get(key), run / MODEL_FOLDER / name
        if scored and path.is_file() and file_digest(path) != scored:
            return ("The model in the run folder is not the one that was evaluated; evaluate the run again.",)
    return ()
