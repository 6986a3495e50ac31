"""Two models on the same records: differences with intervals and p-values by a paired bootstrap over patients."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.evaluation.bootstrap import Resamples, macro_values
from twelvelead.evaluation.metrics import macro
from twelvelead.evaluation.ranking import RANKING_METRICS, as_interval, scarce_classes

__all__ = ["P_VALUE_RULE", "compare_scores"]

Labels = NDArray[np.uint8]
Scores = NDArray[np.float64]

P_VALUE_RULE = (
    "two-sided: twice the share of resamples whose difference has the other sign or is 0, counting one resample more; "
    "below 0.05 about where the 95 % interval leaves out 0. Holm: adjusted for the number of classes."
)


def compare_scores(
    labels: Labels, first: Scores, second: Scores, classes: Sequence[str], resamples: Resamples
) -> dict[str, Any]:
    """Difference second − first of each ranking metric, per class and macro.

    Both models are scored in the same resamples, so that what makes a resample easy or hard drops out of the
    difference. p-value: the least level at which the percentile interval leaves out 0 (Efron & Tibshirani, "An
    Introduction to the Bootstrap", 1993, sections 13.3 and 15.4), with (count + 1)/(resamples + 1) so that it is
    never 0 (Davison & Hinkley, "Bootstrap Methods and their Application", 1997, section 4.2).

    Args:
        labels, first, second: `(record, class)`: the same records in the same order.
        classes: names of the columns.
        resamples: of these records.

    Returns:
        `few_positives` (classes whose interval and p-value are not to be trusted: few patients have or lack them), and
        for each metric NAME: `macro` and `classes`, each with `first`, `second`, `difference`, `interval`, `p_value`
        (None where a class is not defined), the classes with `p_value_holm` and `positives` too; and `classes_scored`.
    """
    found: dict[str, Any] = {"few_positives": scarce_classes(labels, classes, resamples.patients)}
    return found | {name: _compare_metric(name, labels, first, second, classes, resamples) for name in RANKING_METRICS}


def _compare_metric(
    name: str, labels: Labels, first: Scores, second: Scores, classes: Sequence[str], resamples: Resamples
) -> dict[str, Any]:
    metric, in_resamples = RANKING_METRICS[name]
    rows: dict[str, dict[str, Any]] = {}
    drawn: list[Scores] = []
    for i, of_class in enumerate(classes):
        values = [metric(labels[:, i], scores[:, i]) for scores in (first, second)]
        differences = None
        if None not in values:
            one, other = (in_resamples(labels[:, i], scores[:, i], resamples) for scores in (first, second))
            differences = other - one
            drawn.append(differences)
        rows[of_class] = {"positives": int(labels[:, i].sum()), **_row(values[0], values[1], differences)}
    _add_holm(list(rows.values()))
    means, scored = zip(*(macro([row[key] for row in rows.values()]) for key in ("first", "second")))
    return {
        "macro": _row(means[0], means[1], macro_values(drawn) if drawn else None),
        "classes_scored": scored[0],
        "classes": rows,
    }


def _row(first: float | None, second: float | None, differences: Scores | None) -> dict[str, Any]:
    defined = first is not None and second is not None and differences is not None
    return {
        "first": first,
        "second": second,
        "difference": second - first if first is not None and second is not None else None,
        "interval": as_interval(differences) if defined and differences is not None else None,
        "p_value": _p_value(differences) if defined and differences is not None else None,
    }


def _p_value(differences: Scores) -> float | None:
    known = differences[np.isfinite(differences)]
    if not len(known):
        return None
    least = min(int((known <= 0).sum()), int((known >= 0).sum()))
    return min(1.0, 2 * (least + 1) / (len(known) + 1))


def _add_holm(rows: list[dict[str, Any]]) -> None:
    """Holm's step-down adjustment (Holm 1979, Scandinavian Journal of Statistics 6:65) over the classes."""
    tested = sorted((row for row in rows if row["p_value"] is not None), key=lambda row: float(row["p_value"]))
    largest = 0.0
    for rank, row in enumerate(tested):
        largest = max(largest, min(1.0, (len(tested) - rank) * row["p_value"]))
        row["p_value_holm"] = largest
    for row in rows:
        row.setdefault("p_value_holm", None)
