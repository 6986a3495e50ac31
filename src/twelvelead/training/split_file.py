"""`split.csv` of a run: which record was in which part when the model was trained.

Evaluation compares with it, so that no record is reported as test that trained or chose anything, whatever has
happened to the data folder or the options since.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.parts import DataParts
from twelvelead.data.splits import PARTS, Split
from twelvelead.errors import CheckpointError
from twelvelead.files import write_text

__all__ = [
    "SPLIT_FILE",
    "SavedSplit",
    "as_trained",
    "parts_by_record",
    "read_split",
    "used_in_training",
    "write_split",
]

SPLIT_FILE = "split.csv"

SavedSplit = Mapping[tuple[int, str], str]
"""(ecg_id, patient_id or "") -> part. Both, so that another data set's records are not taken for these."""


def parts_by_record(parts: DataParts) -> dict[tuple[int, str], str]:
    """The part of each record that is in one."""
    records = _records(parts)
    return {records[position]: name for name in PARTS for position in getattr(parts.split, name).tolist()}


def as_trained(saved: SavedSplit, parts: DataParts) -> Split:
    """The saved split as positions in `parts`; records that are gone or unusable by now are in none."""
    positions: dict[str, list[int]] = {name: [] for name in PARTS}
    for position, record in enumerate(_records(parts)):
        if record in saved and parts.rows[position] >= 0:
            positions[saved[record]].append(position)
    chosen = {name: np.array(found, dtype=np.int64) for name, found in positions.items()}
    return Split(**chosen, description=parts.split.description)


def used_in_training(
    saved: SavedSplit, parts: DataParts, positions: NDArray[np.int64], used: Sequence[str] = ("train", "val")
) -> int:
    """How many of the records at `positions` were in the `used` parts of the saved split."""
    records = _records(parts)
    return sum(saved.get(records[position]) in used for position in positions.tolist())


def write_split(run: Path, parts: DataParts) -> None:
    """Write `split.csv`: `ecg_id`, `patient_id`, `part`."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["ecg_id", "patient_id", "part"])
    writer.writerows((*record, part) for record, part in parts_by_record(parts).items())
    write_text(run / SPLIT_FILE, stream.getvalue())


def read_split(run: Path) -> SavedSplit:
    """What `write_split` wrote.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = run / SPLIT_FILE
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            saved = {(int(row["ecg_id"]), row["patient_id"]): row["part"] for row in csv.DictReader(stream)}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}); which records trained is not known.") from error
    if not set(saved.values()) <= set(PARTS):
        raise CheckpointError(f"{path} has a part that is none of {', '.join(PARTS)}.")
    return saved


def _records(parts: DataParts) -> list[tuple[int, str]]:
    patients = parts.metadata["patient_id"].astype("string").fillna("").tolist()
    return list(zip(map(int, parts.metadata.index), patients))
