"""All metrics of one part: labels, probabilities and thresholds in, a plain dictionary (for `metrics.json`) out."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.evaluation.bootstrap import (
    Resamples,
    interval,
    macro_values,
    weighted_auc,
    weighted_average_precision,
)
from twelvelead.evaluation.metrics import (
    Confusion,
    auc,
    average_precision,
    confusions,
    macro,
)

__all__ = ["FIXED_THRESHOLD", "report_card"]

FIXED_THRESHOLD = 0.5
"""The assignment's threshold for every class."""


def report_card(
    labels: NDArray[np.uint8],
    probabilities: NDArray[np.float64],
    classes: Sequence[str],
    thresholds: Sequence[float],
    resamples: Resamples | None = None,
) -> dict[str, Any]:
    """Per class and macro: AUC, average precision, and decisions at 0.5 and at the chosen thresholds.

    A value that a class does not define is None. `labelled_only` repeats the ranking metrics without the records that
    have no class at all: the older protocol.

    Args:
        labels: multi-hot `(record, class)`.
        probabilities: `(record, class)`, 0 to 1.
        classes: names of the columns.
        thresholds: one a class, chosen on another part.
        resamples: adds 95 % intervals of the ranking metrics, from these resamples of the records.
    """
    labelled = np.asarray(labels.any(axis=1))
    return {
        "records": len(labels),
        "unlabelled": int((~labelled).sum()),
        **_ranking(labels, probabilities, classes, resamples),
        "at_0.5": _decisions(labels, probabilities, classes, [FIXED_THRESHOLD] * len(classes)),
        "at_thresholds": _decisions(labels, probabilities, classes, thresholds),
        "labelled_only": {
            "records": int(labelled.sum()),
            **_ranking(
                labels[labelled], probabilities[labelled], classes, resamples.among(labelled) if resamples else None
            ),
        },
    }


def _ranking(
    labels: NDArray[np.uint8],
    probabilities: NDArray[np.float64],
    classes: Sequence[str],
    resamples: Resamples | None,
) -> dict[str, Any]:
    columns = range(len(classes))
    areas = [auc(labels[:, i], probabilities[:, i]) for i in columns]
    precisions = [average_precision(labels[:, i], probabilities[:, i]) for i in columns]
    mean_auc, scored = macro(areas)
    found: dict[str, Any] = {
        "macro_auc": mean_auc,
        "macro_average_precision": macro(precisions)[0],
        "classes_scored": scored,
        "classes": {
            name: {"positives": int(labels[:, i].sum()), "auc": areas[i], "average_precision": precisions[i]}
            for i, name in enumerate(classes)
        },
    }
    if resamples:
        _add_intervals(found, labels, probabilities, resamples)
    return found


def _add_intervals(
    found: dict[str, Any],
    labels: NDArray[np.uint8],
    probabilities: NDArray[np.float64],
    resamples: Resamples,
) -> None:
    """Beside each ranking metric NAME of the part, its interval as `NAME_interval`."""
    for metric, in_resamples in (("auc", weighted_auc), ("average_precision", weighted_average_precision)):
        values = []
        for column, of_class in enumerate(found["classes"].values()):
            of_class[f"{metric}_interval"] = None
            if of_class[metric] is not None:
                values.append(in_resamples(labels[:, column], probabilities[:, column], resamples))
                of_class[f"{metric}_interval"] = _interval(values[-1])
        found[f"macro_{metric}_interval"] = _interval(macro_values(values)) if values else None


def _interval(values: NDArray[np.float64]) -> dict[str, Any] | None:
    found = interval(values)
    return asdict(found) if found else None


def _decisions(
    labels: NDArray[np.uint8],
    probabilities: NDArray[np.float64],
    classes: Sequence[str],
    thresholds: Sequence[float],
) -> dict[str, Any]:
    counts = confusions(labels, probabilities, thresholds)
    return {
        "macro_f1": macro([count.f1 for count in counts])[0],
        "averages": _averages(counts),
        "classes": {
            name: _of_class(count, float(threshold)) for name, count, threshold in zip(classes, counts, thresholds)
        },
    }


def _averages(counts: Sequence[Confusion]) -> dict[str, dict[str, float | None]]:
    """Precision, sensitivity and F1 as a classification report has them.

    `micro` adds up the decisions of all classes; `macro` is the mean over the classes with positive records, and
    `weighted` that mean weighted by their number; a class of which no record was decided "present" has precision 0.
    """
    scored = [count for count in counts if count.positives]
    kinds = ("precision", "sensitivity", "f1")
    if not scored:
        return {name: dict.fromkeys(kinds) for name in ("micro", "macro", "weighted")}
    values = np.array([[getattr(count, kind) or 0.0 for kind in kinds] for count in scored])
    weights = np.array([count.positives for count in scored], dtype=float)
    together = sum(counts[1:], counts[0])
    return {
        "micro": {kind: getattr(together, kind) or 0.0 for kind in kinds},
        "macro": dict(zip(kinds, values.mean(axis=0).tolist())),
        "weighted": dict(zip(kinds, np.average(values, axis=0, weights=weights).tolist())),
    }


def _of_class(count: Confusion, threshold: float) -> dict[str, Any]:
    return {
        "threshold": threshold,
        "precision": count.precision,
        "sensitivity": count.sensitivity,
        "specificity": count.specificity,
        "f1": count.f1,
        "confusion": count.matrix.tolist(),
    }
