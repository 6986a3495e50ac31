"""Sensitivity, specificity, precision and F1 at given thresholds, with intervals, and sample-centric Fmax."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.evaluation.bootstrap import Resamples, macro_values, resampled_counts
from twelvelead.evaluation.metrics import Confusion, confusions, macro
from twelvelead.evaluation.ranking import as_interval

__all__ = ["FMAX_NOTE", "sample_centric_fmax", "score_decisions"]

Labels = NDArray[np.uint8]
Scores = NDArray[np.float64]

KINDS = ("precision", "sensitivity", "specificity", "f1")

FMAX_NOTE = (
    "Sample-centric Fmax: precision and recall are means over records, not over classes, and the one threshold for "
    "all classes is the best one on these very records, so the value is optimistic and no F1 score. It is given "
    "for comparison with Strodthoff et al. 2020 (doi:10.1109/JBHI.2020.3022989)."
)


def score_decisions(
    labels: Labels,
    probabilities: Scores,
    classes: Sequence[str],
    thresholds: Sequence[float],
    resamples: Resamples | None,
) -> dict[str, Any]:
    """Counts and rates of the decisions of each class, and their averages.

    Args:
        labels, probabilities: `(record, class)`.
        classes: names of the columns.
        thresholds: one a class; a score of at least it counts as present.
        resamples: adds 95 % intervals (`macro_f1_interval`, and in each class one for each rate). They take the
            thresholds as given: what choosing them on few records adds is not in them.
    """
    counts = confusions(labels, probabilities, thresholds)
    found: dict[str, Any] = {
        "macro_f1": macro([count.f1 for count in counts])[0],
        "averages": _averages(counts),
        "classes": {
            name: _of_class(count, float(threshold)) for name, count, threshold in zip(classes, counts, thresholds)
        },
    }
    if resamples:
        _add_intervals(found, labels.astype(bool), probabilities >= np.asarray(thresholds), resamples)
    return found


def sample_centric_fmax(labels: Labels, probabilities: Scores) -> float | None:
    """Sample-centric Fmax with the threshold chosen on these very records; see `FMAX_NOTE`.

    F = 2PR/(P + R), greatest over the thresholds 0, 0.01, ... 1; P is the mean precision of the records with any
    decision "present", R the mean recall of the labelled records (Radivojac et al. 2013, doi:10.1038/nmeth.2340).
    None without a labelled record.
    """
    wanted = labels.sum(axis=1)
    labelled = wanted > 0
    if not labelled.any():
        return None
    best = 0.0
    for cut in np.arange(101) / 100:  # exact, unlike the steps of linspace
        decisions = probabilities >= cut
        hits, decided = (decisions & (labels > 0)).sum(axis=1), decisions.sum(axis=1)
        if hits.any():
            precision = float(np.mean(hits[decided > 0] / decided[decided > 0]))
            recall = float(np.mean(hits[labelled] / wanted[labelled]))
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


def _add_intervals(
    found: dict[str, Any], labels: NDArray[np.bool_], decisions: NDArray[np.bool_], resamples: Resamples
) -> None:
    rates = _resampled_rates(labels, decisions, resamples)
    for column, of_class in enumerate(found["classes"].values()):
        for kind in KINDS:
            of_class[f"{kind}_interval"] = as_interval(rates[kind][:, column]) if of_class[kind] is not None else None
    scored = [i for i, of_class in enumerate(found["classes"].values()) if of_class["f1"] is not None]
    values = macro_values([rates["f1"][:, i] for i in scored]) if scored else None
    found["macro_f1_interval"] = None if values is None else as_interval(values)


def _resampled_rates(
    labels: NDArray[np.bool_], decisions: NDArray[np.bool_], resamples: Resamples
) -> dict[str, Scores]:
    """Each rate in each resample, `(resample, class)`; NaN where it is not defined."""
    true_positive = resampled_counts(labels & decisions, resamples)
    true_negative = resampled_counts(~labels & ~decisions, resamples)
    positive, negative = resampled_counts(labels, resamples), resampled_counts(~labels, resamples)
    decided = resampled_counts(decisions, resamples)
    f1 = _ratio(2 * true_positive, decided + positive)
    return {
        "precision": _ratio(true_positive, decided),
        "sensitivity": _ratio(true_positive, positive),
        "specificity": _ratio(true_negative, negative),
        "f1": np.where(positive > 0, f1, np.nan),
    }


def _ratio(part: Scores, whole: Scores) -> Scores:
    return np.asarray(np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0))


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
        **{kind: getattr(count, kind) for kind in KINDS},
        "confusion": count.matrix.tolist(),
    }
