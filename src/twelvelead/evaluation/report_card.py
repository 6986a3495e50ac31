"""All metrics of one part: labels, probabilities and thresholds in, a plain dictionary (for `metrics.json`) out."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.evaluation.bootstrap import Resamples, resampled_means
from twelvelead.evaluation.calibration import brier_scores, calibration_error, cross_entropy, reliability
from twelvelead.evaluation.decisions import sample_centric_fmax, score_decisions
from twelvelead.evaluation.ranking import as_interval, score_ranking

__all__ = ["FIXED_THRESHOLD", "report_card", "score_calibration"]

FIXED_THRESHOLD = 0.5
"""The assignment's threshold for every class."""

Labels = NDArray[np.uint8]
Scores = NDArray[np.float64]


def report_card(
    labels: Labels,
    probabilities: Scores,
    classes: Sequence[str],
    thresholds: Sequence[float] | None,
    resamples: Resamples | None = None,
) -> dict[str, Any]:
    """Per class and macro: AUC, average precision, decisions at 0.5 and at the chosen thresholds, calibration.

    A value that a class does not define is None. `labelled_only` repeats the ranking metrics without the records that
    have no class at all: the older protocol. `few_positives` names the classes whose intervals are too narrow.

    Args:
        labels: multi-hot `(record, class)`.
        probabilities: `(record, class)`, 0 to 1.
        classes: names of the columns.
        thresholds: one a class, chosen on another part; None: `at_thresholds` is None.
        resamples: adds 95 % intervals, from these resamples of the records.
    """
    labelled = np.asarray(labels.any(axis=1))
    drawn = resamples.among(labelled) if resamples else None
    ranking = score_ranking(labels, probabilities, classes, resamples)
    fixed = [FIXED_THRESHOLD] * len(classes)
    return {
        "records": len(labels),
        "unlabelled": int((~labelled).sum()),
        **({"patients": resamples.patient_count} if resamples else {}),
        **ranking,
        "at_0.5": score_decisions(labels, probabilities, classes, fixed, resamples),
        "at_thresholds": None
        if thresholds is None
        else score_decisions(labels, probabilities, classes, thresholds, resamples),
        "sample_centric_fmax_threshold_chosen_on_these_records": sample_centric_fmax(labels, probabilities),
        "calibration": score_calibration(labels, probabilities, classes, resamples),
        "labelled_only": {
            "records": int(labelled.sum()),
            **score_ranking(labels[labelled], probabilities[labelled], classes, drawn),
        },
    }


def score_calibration(
    labels: Labels, probabilities: Scores, classes: Sequence[str], resamples: Resamples | None = None
) -> dict[str, Any]:
    """Brier score, expected calibration error and the reliability diagram's bins of each class, and their means.

    Args:
        labels, probabilities: `(record, class)`, at least one record.
        classes: names of the columns.
        resamples: adds a 95 % interval of the macro Brier score.
    """
    brier = brier_scores(labels, probabilities)
    bins = [reliability(labels[:, i], probabilities[:, i]) for i in range(len(classes))]
    errors = [calibration_error(of_class) for of_class in bins]
    squares = (probabilities - labels) ** 2
    return {
        "macro_brier": float(brier.mean()),
        "macro_brier_interval": as_interval(resampled_means(squares, resamples).mean(axis=1)) if resamples else None,
        "macro_expected_calibration_error": float(np.mean([error or 0.0 for error in errors])),
        "cross_entropy": cross_entropy(labels, probabilities),
        "classes": {
            name: {
                "brier": float(brier[i]),
                "expected_calibration_error": errors[i],
                "bins": [asdict(b) for b in bins[i]],
            }
            for i, name in enumerate(classes)
        },
    }
