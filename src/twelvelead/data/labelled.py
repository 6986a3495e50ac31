"""A data set's table, labels and split without its signals: all that judging predictions needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twelvelead.data.labels import Labels
from twelvelead.data.metadata import data_version
from twelvelead.data.splits import PARTS, Split, count_patients, patient_overlap

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LabelledParts"]


@dataclass(frozen=True)
class LabelledParts:
    """Which records there are, what they are labelled, and which part each is in."""

    data_dir: Path
    metadata: "pd.DataFrame"
    """PTB-XL's table, one row a record."""
    database_sha256: str
    """Of the table's file."""
    labels: Labels
    """In the order of `metadata`."""
    split: Split
    """Positions in `metadata`."""
    remarks: tuple[str, ...]
    """What a reader of results should know of the data, whatever the split."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of results should know, of this very split too: shared patients."""
        return (*self.remarks, *self._overlap_notes())

    def describe(self) -> dict[str, Any]:
        """What the data are, for result files."""
        patients = self.metadata["patient_id"].tolist()
        return {
            "data": str(self.data_dir.resolve()),
            "records": len(self.metadata),
            "data_version": data_version(self.data_dir, self.metadata.index.tolist()),
            "database_sha256": self.database_sha256,
            "task": self.labels.task,
            "label_rule": self.labels.rule,
            "classes": list(self.labels.classes),
            "split": self.split.description,
            "parts": {name: self._describe_part(name) for name in PARTS},
            "patient_overlap": [vars(o) for o in patient_overlap(self.split, patients)],
            "notes": list(self.notes),
        }

    def _describe_part(self, name: str) -> dict[str, Any]:
        positions = getattr(self.split, name)
        chosen = self.labels.matrix[positions]
        return {
            "records": len(positions),
            "patients": count_patients(self.metadata["patient_id"].iloc[positions].tolist()),
            "unlabelled": int((~chosen.any(axis=1)).sum()),
            "positives": dict(zip(self.labels.classes, chosen.sum(axis=0, dtype=int).tolist())),
        }

    def _overlap_notes(self) -> list[str]:
        overlaps = patient_overlap(self.split, self.metadata["patient_id"].tolist())
        return [overlap.warning for overlap in overlaps if overlap.patients]
