"""The figures of an evaluated run: curves, confusion matrices, reliability, subgroups, training history."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from twelvelead.evaluation.metrics import precision_recall_curve, roc_curve
from twelvelead.report.confusion import plot_confusion_matrices
from twelvelead.report.curves import plot_precision_recall, plot_roc
from twelvelead.report.forest import ForestRow, forest_axis, plot_forest
from twelvelead.report.history import plot_history
from twelvelead.report.reliability import ReliabilityCurve, plot_reliability
from twelvelead.report.run.panels import panel_classes
from twelvelead.report.run.training_loss import only_in_training
from twelvelead.report.save import save_figure
from twelvelead.training.history import Epoch, read_history
from twelvelead.training.run_folder import FIGURES_FOLDER, kept_epoch, train_table

__all__ = [
    "draw_run",
    "plot_confusions",
    "plot_curves",
    "plot_epochs",
    "plot_subgroups",
    "plot_trust",
]

Metrics = Mapping[str, Any]


def draw_run(run: Path, metrics: Metrics, labels: NDArray[np.uint8], scores: NDArray[np.float64]) -> list[Path]:
    """Draw the test part's results into `run/figures`; returns the files.

    Args:
        run: the run folder.
        metrics: as in `metrics.json`.
        labels: multi-hot `(record, class)` of the test part.
        scores: probabilities `(record, class)`.
    """
    card = metrics["test"]
    figures = {
        **plot_curves(card, labels, scores),
        **plot_confusions(card, list(card["classes"])),
        "reliability": plot_trust(card),
    }
    if metrics.get("subgroups"):
        (figures["subgroups"],) = plot_subgroups(metrics["subgroups"], card)
    epochs = read_history(run)
    if epochs:
        figures["history"] = plot_epochs(epochs, train_table(run), kept_epoch(run))
    return [save_figure(figure, run / FIGURES_FOLDER / f"{name}.png") for name, figure in figures.items()]


def plot_curves(card: Metrics, labels: NDArray[np.uint8], scores: NDArray[np.float64]) -> dict[str, Figure]:
    """ROC and precision-recall curves of all classes."""
    names = list(card["classes"])
    columns = range(len(names))
    roc = [roc_curve(labels[:, i], scores[:, i]) for i in columns]
    recall = [precision_recall_curve(labels[:, i], scores[:, i]) for i in columns]
    of_class = card["classes"].values()
    return {
        "roc": plot_roc(names, [x for x, _ in roc], [y for _, y in roc], [found["auc"] for found in of_class]),
        "precision_recall": plot_precision_recall(
            names,
            [r for r, _, _ in recall],
            [p for _, p, _ in recall],
            [found["average_precision"] for found in of_class],
            labels.mean(axis=0).tolist(),
        ),
    }


def plot_confusions(card: Metrics, classes: Sequence[str]) -> dict[str, Figure]:
    """Confusion matrices of these classes, at the chosen thresholds where there are any, and at 0.5."""
    figures = {}
    for name, decisions in (("confusion", "at_thresholds"), ("confusion_at_0.5", "at_0.5")):
        if card.get(decisions):
            counts = [card[decisions]["classes"][of_class]["confusion"] for of_class in classes]
            figures[name] = plot_confusion_matrices(np.array(counts), list(classes))
    return figures


def plot_trust(card: Metrics) -> Figure:
    """Reliability diagrams of the most frequent classes."""
    found = card["calibration"]["classes"]
    return plot_reliability([_reliability_curve(name, found[name]) for name in panel_classes(card)])


def plot_subgroups(groups: Sequence[Metrics], card: Metrics, rows_a_page: int | None = None) -> list[Figure]:
    """Macro AUC of each group beside that of all test records, all on one axis; one figure, or one for each page."""
    rows = [_forest_row(group) for group in groups]
    start = forest_axis(rows, card["macro_auc"])
    band = _ends(card.get("macro_auc_interval"))
    return [
        plot_forest(page, overall=card["macro_auc"], overall_interval=band, axis_from=start)
        for page in _pages(rows, rows_a_page or len(rows))
    ]


def _forest_row(group: Metrics) -> ForestRow:
    return ForestRow(
        variable=group["variable"],
        group=group["group"],
        value=group["macro_auc"],
        interval=_ends(group["macro_auc_interval"]),
        records=group["records"],
        small=bool(group["warnings"]),
    )


def _pages(rows: Sequence[ForestRow], most: int) -> list[list[ForestRow]]:
    """The rows in runs of at most `most`, all groups of a variable together where that is possible."""
    pages: list[list[ForestRow]] = []
    for variable in dict.fromkeys(row.variable for row in rows):
        together = [row for row in rows if row.variable == variable]
        if not pages or len(pages[-1]) + len(together) > most:
            pages.append([])
        pages[-1] += together
    return pages


def plot_epochs(epochs: Sequence[Epoch], options: Mapping[str, Any], kept: int | None) -> Figure:
    """Losses, validation macro AUC and learning rate of a training.

    Args:
        epochs: at least one.
        options: the table [train] of `config.toml`; says what the training loss was.
        kept: number of the epoch whose weights were kept, None where that is not known.
    """
    return plot_history(
        [epoch.train_loss for epoch in epochs],
        [epoch.val_loss for epoch in epochs],
        val_auc=[epoch.val_macro_auc for epoch in epochs],
        learning_rate=[epoch.learning_rate for epoch in epochs],
        kept_epoch=kept,
        only_in_training=only_in_training(options),
    )


def _reliability_curve(name: str, found: Metrics) -> ReliabilityCurve:
    bins = found["bins"]
    return ReliabilityCurve(
        name=name,
        error=found["expected_calibration_error"],
        edges=[(b["low"], b["high"]) for b in bins],
        probabilities=[b["mean_probability"] for b in bins],
        shares=[b["positive_share"] for b in bins],
        records=[b["records"] for b in bins],
    )


def _ends(interval: Metrics | None) -> tuple[float, float] | None:
    return (interval["low"], interval["high"]) if interval else None
