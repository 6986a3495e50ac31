"""The figures of an evaluated run: curves, confusion matrices, training history."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from twelvelead.evaluation.metrics import precision_recall_curve, roc_curve
from twelvelead.report.confusion import plot_confusion_matrices
from twelvelead.report.curves import plot_precision_recall, plot_roc
from twelvelead.report.history import plot_history
from twelvelead.report.save import save_figure
from twelvelead.training.history import read_history
from twelvelead.training.run_folder import FIGURES_FOLDER

__all__ = ["draw_run"]


def draw_run(run: Path, card: dict[str, Any], labels: NDArray[np.uint8], scores: NDArray[np.float64]) -> list[Path]:
    """Draw a part's results into `run/figures`; returns the files.

    Args:
        run: the run folder.
        card: the part's metrics, from `report_card`.
        labels: multi-hot `(record, class)` of the part.
        scores: probabilities `(record, class)`.
    """
    figures = _curves(card, labels, scores)
    for name, decisions in (("confusion", "at_thresholds"), ("confusion_at_0.5", "at_0.5")):
        if card[decisions] is None:
            continue
        counts = [found["confusion"] for found in card[decisions]["classes"].values()]
        figures[name] = plot_confusion_matrices(np.array(counts), list(card["classes"]))
    epochs = read_history(run)
    if epochs:
        figures["history"] = plot_history(
            [epoch.train_loss for epoch in epochs],
            [epoch.val_loss for epoch in epochs],
            val_auc=[epoch.val_macro_auc for epoch in epochs],
            learning_rate=[epoch.learning_rate for epoch in epochs],
            kept_epoch=min(epochs, key=lambda epoch: epoch.val_loss).epoch,
        )
    return [save_figure(figure, run / FIGURES_FOLDER / f"{name}.png") for name, figure in figures.items()]


def _curves(card: dict[str, Any], labels: NDArray[np.uint8], scores: NDArray[np.float64]) -> dict[str, Figure]:
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
