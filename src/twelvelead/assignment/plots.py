"""The assignment's pictures, shown by pyplot."""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.evaluation.metrics import confusion

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_confusion_matrix", "plot_ecg_sample", "plot_training_history"]


def plot_ecg_sample(signal: NDArray[Any], title: str = "ECG Signal") -> None:
    """Show the twelve leads of one ECG `(time, 12)`, before or after standardisation."""
    from twelvelead.report.ecg_rows import plot_ecg_rows

    _show(plot_ecg_rows(signal, title))


def plot_training_history(train_losses: Sequence[float], val_losses: Sequence[float]) -> None:
    """Show both losses over the epochs."""
    from twelvelead.report.history import plot_history

    _show(plot_history(train_losses, val_losses))


def plot_confusion_matrix(y_true: NDArray[Any], y_pred: NDArray[Any], class_names: Sequence[str]) -> None:
    """Show one 2 x 2 confusion matrix a class, from labels and decisions `(ecg, class)`, 0 or 1."""
    from twelvelead.report.confusion import plot_confusion_matrices

    pairs = zip(np.asarray(y_true).T, np.asarray(y_pred).T)
    matrices = np.stack([confusion(true, pred.astype(bool)).matrix for true, pred in pairs])
    _show(plot_confusion_matrices(matrices, class_names, labels=("Vraies", "Prédites"), states=("0", "1")))


def _show(figure: "Figure") -> None:
    """Hand the figure to pyplot and show it, so that notebooks, windows and `plt.savefig` have it as usual."""
    import matplotlib.pyplot as plt

    canvas = plt.figure(figsize=figure.get_size_inches()).canvas
    canvas.figure = figure
    figure.set_canvas(canvas)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*non-interactive, and thus cannot be shown")
        plt.show()
