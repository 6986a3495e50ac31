"""How a training went: the losses, and on request the macro AUC and the learning rate, by epoch."""

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from twelvelead.errors import DataError
from twelvelead.report.style import (
    BLUE,
    COLOURS,
    GREY,
    LABEL_PT,
    LINE_PT,
    ORANGE,
    SMALL_PT,
    FloatArray,
    new_figure,
    tidy_axes,
)

__all__ = ["plot_history"]

_WIDTH_IN = 6.0
_LOSS_IN, _AUC_IN, _RATE_IN = 3.0, 1.7, 1.2
"""Heights of the three panels."""

_GREEN, _PINK = COLOURS[2:4]
_TICK_STEPS = (1, 2, 5, 10)
_FEW_EPOCHS = 30
"""Up to here each epoch gets a dot; a single epoch could not be seen otherwise."""


def plot_history(
    train_loss: Sequence[float],
    val_loss: Sequence[float],
    *,
    val_auc: Sequence[float | None] | None = None,
    learning_rate: Sequence[float] | None = None,
    kept_epoch: int | None = None,
    only_in_training: str = "",
) -> Figure:
    """Draw losses, macro AUC and learning rate, one panel each, over epochs counted from 1.

    Args:
        train_loss: one value per epoch.
        val_loss: one value per epoch.
        val_auc: one value per epoch in 0..1; None or NaN where it is not defined.
        learning_rate: one positive value per epoch.
        kept_epoch: number (from 1) of the epoch whose weights were kept; marked in every panel.
        only_in_training: what the training loss has and the validation loss lacks, such as "class weights"; the
            legend says so.

    Raises:
        DataError: no epochs, lists of different lengths, or `kept_epoch` outside 1..epochs.
    """
    losses = {"train_loss": train_loss, "val_loss": val_loss}
    more = {"val_auc": val_auc, "learning_rate": learning_rate}
    curves = losses | {name: values for name, values in more.items() if values is not None}
    values = _checked_curves(curves, kept_epoch)

    all_heights = {"train_loss": _LOSS_IN, "val_auc": _AUC_IN, "learning_rate": _RATE_IN}
    heights = [height for name, height in all_heights.items() if name in values]
    figure = new_figure(_WIDTH_IN, sum(heights))
    rows = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)
    panels = rows[:, 0]
    rest = iter(panels)
    _draw_losses(next(rest), values, only_in_training)
    if "val_auc" in values:
        _draw_auc(next(rest), values["val_auc"])
    if "learning_rate" in values:
        _draw_learning_rate(next(rest), values["learning_rate"])
    if kept_epoch is not None:
        _mark_kept_epoch(panels, kept_epoch)
    panels[0].legend(fontsize=SMALL_PT, loc="best")
    panels[-1].set_xlabel("Epoch", fontsize=LABEL_PT)
    panels[-1].xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=_TICK_STEPS))
    panels[-1].set_xlim(0.5, len(train_loss) + 0.5)
    figure.align_ylabels()
    return figure


def _checked_curves(
    curves: dict[str, Sequence[float] | Sequence[float | None]], kept_epoch: int | None
) -> dict[str, FloatArray]:
    values: dict[str, FloatArray] = {name: np.asarray(curve, dtype=np.float64) for name, curve in curves.items()}
    lengths = {name: array.shape for name, array in values.items()}
    epochs = len(values["train_loss"])
    if epochs == 0 or any(shape != (epochs,) for shape in lengths.values()):
        found = ", ".join(f"{name} {shape}" for name, shape in lengths.items())
        raise DataError(f"The history needs one value per epoch in each list; it has {found}.")
    if kept_epoch is not None and not 1 <= kept_epoch <= epochs:
        raise DataError(f"kept_epoch is {kept_epoch}; the history has epochs 1 to {epochs}.")
    return values


def _mark_kept_epoch(panels: Iterable[Axes], epoch: int) -> None:
    for axes in panels:
        label = f"Kept: epoch {epoch}"
        axes.axvline(epoch, color=GREY, linestyle="--", linewidth=1, zorder=1, label=label)


def _draw_losses(axes: Axes, values: dict[str, FloatArray], only_in_training: str) -> None:
    label = f"Training Loss, with {only_in_training}" if only_in_training else "Training Loss"
    _draw_curve(axes, values["train_loss"], BLUE, label)
    _draw_curve(axes, values["val_loss"], ORANGE, "Validation Loss")
    tidy_axes(axes, y_label="Loss", title="Training History")


def _draw_auc(axes: Axes, auc: FloatArray) -> None:
    _draw_curve(axes, auc, _GREEN, "Validation macro AUC")
    tidy_axes(axes, y_label="Validation\nmacro AUC")


def _draw_learning_rate(axes: Axes, rate: FloatArray) -> None:
    _draw_curve(axes, rate, _PINK, "Learning rate", drawstyle="steps-mid")
    axes.set_yscale("log")
    tidy_axes(axes, y_label="Learning\nrate")


def _draw_curve(
    axes: Axes,
    values: FloatArray,
    colour: str,
    label: str,
    drawstyle: Literal["default", "steps-mid"] = "default",
) -> None:
    axes.plot(
        np.arange(1, len(values) + 1),
        values,
        color=colour,
        linewidth=LINE_PT,
        drawstyle=drawstyle,
        marker="." if len(values) <= _FEW_EPOCHS else "",
        label=label,
    )
