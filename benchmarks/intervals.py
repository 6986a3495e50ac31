"""95 % intervals of the AUC: a loop of scikit-learn over resamples and classes, beside all resamples at once.

Both ways score the same resamples of the patients, on made-up labels and scores of PTB-XL's test fold's size: the
time does not depend on what the numbers mean.
"""

from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from table import Findings, check, row
from timing import take_turns
from twelvelead.evaluation.bootstrap import draw_resamples, weighted_auc

RECORDS, PATIENTS = 2198, 1904
PREVALENCES = (0.44, 0.25, 0.24, 0.22, 0.12)
"""Fold 10 of PTB-XL 1.0.3, and about the superclasses' shares."""

RESAMPLES, QUICK_RESAMPLES = 1000, 20


def compare(data: Path, store: Path, quick: bool) -> Findings:
    """Compare and time both ways; needs no data set."""
    random = np.random.default_rng(0)
    patients = np.sort(np.concatenate([np.arange(PATIENTS), random.integers(0, PATIENTS, RECORDS - PATIENTS)]))
    labels = (random.random((RECORDS, len(PREVALENCES))) < PREVALENCES).astype(np.uint8)
    scores = 1 / (1 + np.exp(-random.normal(2.0 * labels - 1.5)))
    count = QUICK_RESAMPLES if quick else RESAMPLES
    drawn = draw_resamples(patients, count).weights
    # The loop takes records as often as they were drawn, as the usual bootstrap does.
    takes = [np.repeat(np.arange(RECORDS), copies) for copies in drawn]

    def loop() -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
        columns = range(labels.shape[1])
        return np.array([[roc_auc_score(labels[take, i], scores[take, i]) for take in takes] for i in columns])

    def at_once() -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
        resamples = draw_resamples(patients, count)
        return np.array([weighted_auc(labels[:, i], scores[:, i], resamples) for i in range(labels.shape[1])])

    times = take_turns(1, loop, at_once) if quick else take_turns(3, loop, at_once)
    return Findings(
        [
            row(
                f"intervals, beside a loop of scikit-learn: {count:,} resamples of {RECORDS:,} records",
                "s",
                *times.medians,
                20,
            )
        ],
        [check("AUC in each resample", float(np.abs(loop() - at_once()).max()), 1e-9)],
        {"resamples": count, "assignment_s": times.assignment, "twelvelead_s": times.twelvelead},
    )
