"""The plain picture of a signal: one small axes per lead, any unit, samples along the bottom."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from twelvelead.errors import DataError
from twelvelead.leads import LEADS
from twelvelead.report.style import BLUE, FloatArray, new_figure

__all__ = ["plot_ecg_rows"]


def plot_ecg_rows(
    signal: FloatArray,
    title: str = "ECG Signal",
    *,
    lead_names: Sequence[str] = LEADS,
    x_label: str = "temps (données)",
) -> Figure:
    """Draw each lead in a row of its own, each with its own vertical scale.

    Args:
        signal: `(time, lead)` in any unit, before or after standardisation; NaN leaves a gap.
        title: stands above the rows.
        lead_names: one per column of `signal`.
        x_label: stands below the last row, whose axis counts samples.

    Raises:
        DataError: signal of another shape, or without samples.
    """
    signal = np.asarray(signal, dtype=np.float64)
    if signal.ndim != 2 or signal.shape[1] != len(lead_names) or signal.size == 0:
        raise DataError(
            f"The signal has shape {signal.shape}; expected (time, {len(lead_names)}) and at least one sample."
        )
    figure = new_figure(15, 12, layout="tight")
    figure.suptitle(title, fontsize=16, parse_math=False)
    rows = figure.subplots(len(lead_names), 1, squeeze=False)[:, 0]
    for axes, name, values in zip(rows, lead_names, signal.T, strict=True):
        axes.plot(values, linewidth=0.5, color=BLUE)
        axes.set_ylabel(name)
        axes.grid(True, alpha=0.3)
        axes.margins(x=0.01)
        if axes is not rows[-1]:
            axes.tick_params(bottom=False, labelbottom=False)
    rows[-1].set_xlabel(x_label)
    figure.align_ylabels()
    return figure
