"""Material for reports, made up by chance."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from twelvelead.commands.scoring import part_of, score_parts, scoring_protocol
from twelvelead.report.run.document import Document
from twelvelead.report.run.material import Material

CLASSES = ("NORM", "MI", "STTC")
HOSTILE = "<script>alert(1)</script>|`#{"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
DECISIONS = (
    "roc",
    "precision_recall",
    "confusion",
    "confusion_at_0.5",
    "reliability",
    "subgroups-1",
    "history",
    "ecg-7",
)


def scored_part(records: int, classes: int, seed: int) -> Any:
    """Labels by chance, one record in eight without any, and scores that know something of them."""
    random = np.random.default_rng(seed)
    labels = (random.random((records, classes)) < 0.4).astype(np.uint8)
    labels[::8] = 0
    scores = 1 / (1 + np.exp(-random.normal(2.0 * labels - 1, 1)))
    table = pd.DataFrame(
        {"patient_id": np.arange(records) // 2, "sex": np.arange(records) % 2, "age": 20 + np.arange(records) % 70},
        index=pd.Index(np.arange(records) + 1, name="ecg_id"),
    )
    return part_of(table, labels, scores)


def make_metrics(classes: tuple[str, ...] = CLASSES, **protocol: Any) -> dict[str, Any]:
    parts = {"val": scored_part(80, len(classes), 0), "test": scored_part(120, len(classes), 1)}
    described = {
        "task": "superdiagnostic",
        "data_version": "PTB-XL 1.0.3",
        "split": "strat_fold: train 1-8, val 9, test 10",
        "label_rule": "superdiagnostic: every SCP code of the task, any likelihood, 0 included",
        "parts": {
            name: {"records": 9, "patients": 8, "unlabelled": 1, "positives": dict.fromkeys(classes, 3)}
            for name in ("train", "val", "test")
        },
        "patient_overlap": [{"first": "train", "second": "test", "patients": 0, "records": 0}],
        "notes": [],
        "threshold_rule": "best F1",
        "network": "cnn_lstm",
        "rate_hz": 100,
        **scoring_protocol(),
    }
    return {"protocol": {**described, **protocol}, **score_parts(parts, classes, [0.4] * len(classes))}


@dataclass(frozen=True)
class Case:
    material: Material
    figures: dict[str, bytes]

    def changed(self, **changes: Any) -> "Case":
        return Case(dataclasses.replace(self.material, **changes), self.figures)


def texts(document: Document) -> str:
    """Everything that a document says, for a search."""
    return str(document.to_json())
