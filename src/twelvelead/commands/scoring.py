"""From the scores of a validation and a test part to everything that `metrics.json` says about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.commands.prediction_table import PredictionTable
from twelvelead.data.splits import patient_numbers
from twelvelead.evaluation.bootstrap import Resamples, draw_resamples
from twelvelead.evaluation.calibration import apply_temperature, fit_temperature
from twelvelead.evaluation.decisions import FMAX_NOTE
from twelvelead.evaluation.report_card import report_card, score_calibration
from twelvelead.evaluation.subgroups import make_subgroups, score_subgroups
from twelvelead.evaluation.thresholds import ThresholdRule, choose_thresholds

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "RESAMPLES",
    "ScoredPart",
    "choose_on",
    "part_of",
    "part_resamples",
    "score_parts",
    "scoring_protocol",
    "to_table",
]

RESAMPLES = 1000
RESAMPLE_SEED = 0


@dataclass(frozen=True)
class ScoredPart:
    """The records of one part, their labels and their scores, all in one order."""

    ecg_ids: NDArray[np.int64]
    patients: tuple[int | None, ...]
    """`patient_id`; records without one count as a patient each."""
    labels: NDArray[np.uint8]
    """Multi-hot `(record, class)`."""
    scores: NDArray[np.float64]
    """Probabilities `(record, class)`."""
    table: "pd.DataFrame | None" = None
    """The records' rows of PTB-XL's table, for subgroups."""

    @property
    def patients_known(self) -> bool:
        """Whether every record's patient is known."""
        return None not in self.patients

    def with_scores(self, scores: NDArray[np.float64], labels: NDArray[np.uint8] | None = None) -> "ScoredPart":
        """The same records with other scores, and labels where the classes are others too."""
        return replace(self, scores=scores, labels=self.labels if labels is None else labels)


def part_of(table: "pd.DataFrame", labels: NDArray[np.uint8], scores: NDArray[np.float64]) -> ScoredPart:
    """The records whose rows of PTB-XL's table are given, with their labels and scores."""
    column = table["patient_id"]
    patients = tuple(int(p) if known else None for p, known in zip(column.tolist(), column.notna().tolist()))
    return ScoredPart(table.index.to_numpy(dtype=np.int64), patients, labels, scores, table)


def score_parts(
    parts: Mapping[str, ScoredPart],
    classes: Sequence[str],
    thresholds: Sequence[float] | None,
    *,
    subgroups: bool = True,
) -> dict[str, Any]:
    """The metrics of each part; of the test part the subgroups, and what temperature scaling would do.

    Args:
        parts: "test", and "val" where there is one.
        classes: names of the columns.
        thresholds: one a class, chosen on the validation part; None where there is none.
        subgroups: whether to score them.
    """
    resamples = {name: part_resamples(part) for name, part in parts.items()}
    found: dict[str, Any] = {
        name: report_card(part.labels, part.scores, classes, thresholds, resamples[name])
        for name, part in parts.items()
    }
    for name, part in parts.items():
        if not part.patients_known:
            found[name]["patients"] = None
    test = parts["test"]
    if "val" in parts:
        found["temperature_scaling"] = _temperature_scaling(parts["val"], test, classes)
    if subgroups and test.table is not None:
        groups = make_subgroups(test.table)
        found["subgroups"] = score_subgroups(groups, test.labels, test.scores, classes, resamples["test"])
    return found


def choose_on(part: ScoredPart, rule: ThresholdRule) -> list[float]:
    """Thresholds chosen on a part: the validation part."""
    return choose_thresholds(part.labels, part.scores, rule)


def part_resamples(part: ScoredPart) -> Resamples:
    """The resamples that every interval of the part is made of; the same patients give the same resamples."""
    return draw_resamples(patient_numbers(part.patients), RESAMPLES, RESAMPLE_SEED)


def scoring_protocol(patients_known: bool = True) -> dict[str, str]:
    """What a reader of the scores must know of how they are made."""
    units = "patients" if patients_known else "records, whose patients are not known"
    return {
        "scores": "with unlabelled records as all-zero rows; `labelled_only` without them",
        "intervals": f"95 % of {RESAMPLES:,} bootstrap resamples of the {units}, seed {RESAMPLE_SEED}",
        "macro": "mean over the classes that have positive and negative records (`classes_scored`)",
        "sample_centric_fmax": FMAX_NOTE,
    }


def to_table(parts: Mapping[str, ScoredPart], classes: Sequence[str]) -> PredictionTable:
    """All parts' predictions with their labels, for `predictions.parquet`."""
    every = list(parts.values())
    return PredictionTable(
        ecg_ids=np.concatenate([part.ecg_ids for part in every]),
        classes=tuple(classes),
        scores=np.concatenate([part.scores for part in every]),
        labels=np.concatenate([part.labels for part in every]),
        parts=tuple(name for name, part in parts.items() for _ in part.ecg_ids),
        patients=tuple(patient for part in every for patient in part.patients),
    )


def _temperature_scaling(val: ScoredPart, test: ScoredPart, classes: Sequence[str]) -> dict[str, Any]:
    """Calibration of the test part before and after a temperature that is fitted on the validation part."""
    temperature = fit_temperature(val.labels, val.scores)
    scaled = apply_temperature(test.scores, temperature)
    return {
        "temperature": temperature,
        "fitted_on": "val",
        "before": _summary(score_calibration(test.labels, test.scores, classes)),
        "after": _summary(score_calibration(test.labels, scaled, classes)),
    }


def _summary(calibration: dict[str, Any]) -> dict[str, float]:
    names = ("macro_brier", "macro_expected_calibration_error", "cross_entropy")
    return {name: calibration[name] for name in names}
