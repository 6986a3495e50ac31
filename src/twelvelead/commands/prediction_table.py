"""Tables of predictions, one row a record: our own `predictions.parquet`, and anyone's Parquet or CSV file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import ConfigError, DataError
from twelvelead.files import atomic_path

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LABEL_SUFFIX",
    "PredictionTable",
    "check_class_names",
    "check_probabilities",
    "few_names",
    "read_predictions",
    "write_predictions",
]

LABEL_SUFFIX = "_true"
"""`NORM` is the probability of the class, `NORM_true` its label, 0 or 1."""


@dataclass(frozen=True)
class PredictionTable:
    """Predictions of some records, in any order; each record once."""

    ecg_ids: NDArray[np.int64]
    classes: tuple[str, ...]
    scores: NDArray[np.float64]
    """Probabilities `(record, class)`."""
    labels: NDArray[np.uint8] | None = None
    """Multi-hot `(record, class)`; None where the file has none."""
    parts: tuple[str, ...] | None = None
    """"val" or "test" of each record; None where the file does not say."""
    patients: tuple[int | None, ...] | None = None
    """`patient_id` of each record."""


def write_predictions(path: Path, table: PredictionTable) -> None:
    """Write `ecg_id`, `patient_id`, `part`, a probability for each class, and its label as `CLASS_true`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {"ecg_id": table.ecg_ids}
    if table.patients is not None:
        columns["patient_id"] = pa.array(table.patients, pa.int64())
    if table.parts is not None:
        columns["part"] = pa.array(table.parts, pa.string())
    columns.update({name: table.scores[:, i] for i, name in enumerate(table.classes)})
    if table.labels is not None:
        columns.update({f"{name}{LABEL_SUFFIX}": table.labels[:, i] for i, name in enumerate(table.classes)})
    with atomic_path(path) as temporary:
        pq.write_table(pa.table(columns), temporary)


def read_predictions(path: Path, classes: Sequence[str] | None = None) -> PredictionTable:
    """Read a table of predictions: `.parquet` or `.csv`, with `ecg_id` and one column of probabilities a class.

    Args:
        path: the file.
        classes: the columns to take, in this order; other columns are ignored. None: all that have a label column.

    Raises:
        DataError: the file cannot be read, lacks a column, repeats a record, or a score is no probability.
    """
    frame = _read_frame(path)
    chosen = tuple(classes) if classes else tuple(c for c in frame.columns if f"{c}{LABEL_SUFFIX}" in frame.columns)
    if not chosen:
        raise DataError(f"{path} has no labels (columns like NORM{LABEL_SUFFIX}); it is no table of an evaluated run.")
    missing = [name for name in ("ecg_id", *chosen) if name not in frame.columns]
    if missing:
        folded = {str(name).casefold() for name in frame.columns}
        hint = " Names are looked for as they are written here." if missing[0].casefold() in folded else ""
        raise DataError(
            f"{path} lacks the column {few_names(missing)}; it needs ecg_id and one column of probabilities for each "
            f"class, {few_names(chosen)}, with commas between in a CSV file.{hint}"
        )
    ecg_ids = _whole_numbers(frame["ecg_id"], f"{path}: column ecg_id")
    if len(np.unique(ecg_ids)) < len(ecg_ids):
        values, counts = np.unique(ecg_ids, return_counts=True)
        raise DataError(
            f"{path} has ecg_id {values[counts.argmax()]} more than once; each record may stand there once."
        )
    scores = _numbers(frame, chosen, path)
    check_probabilities(scores, str(path))
    return PredictionTable(ecg_ids, chosen, scores, _labels(frame, chosen, path), _parts(frame), _patients(frame, path))


def check_class_names(names: Sequence[str]) -> None:
    """Refuse names that cannot stand over the columns of a table.

    Raises:
        ConfigError: a name is empty, there twice, or the name of another column.
    """
    others = {"ecg_id", "patient_id", "part"}
    for name in names:
        if not name or names.count(name) > 1 or name in others or name.endswith(LABEL_SUFFIX):
            raise ConfigError(
                f"--classes has {name!r}; allowed are names that differ from each other and from "
                f"{', '.join(sorted(others))}, and do not end in {LABEL_SUFFIX}."
            )


def check_probabilities(scores: NDArray[np.float64], source: str) -> None:
    """Refuse scores that are no probabilities.

    Raises:
        DataError: no record, or a value that is not a number from 0 to 1.
    """
    if not len(scores):
        raise DataError(f"{source} holds no record.")
    if not np.isfinite(scores).all():
        raise DataError(f"{source} has {int((~np.isfinite(scores)).sum())} scores that are no numbers.")
    if scores.min() >= 0 and 1 < scores.max() <= 100:
        raise DataError(f"{source} has scores up to {scores.max():.3g}; allowed are 0 to 1. Divide percentages by 100.")
    if scores.min() < 0 or scores.max() > 1:
        raise DataError(
            f"{source} has scores from {scores.min():.3g} to {scores.max():.3g}; allowed are probabilities, 0 to 1. "
            "Apply the sigmoid to logits first."
        )


def few_names(names: Sequence[str]) -> str:
    """The names for a message, of many only the first."""
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])} and {len(names) - 5} others"


def _read_frame(path: Path) -> "pd.DataFrame":
    import pandas as pd

    readers: dict[str, Any] = {".parquet": pd.read_parquet, ".csv": pd.read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path}: predictions are read from .parquet, .csv or .npy files.")
    try:
        frame: pd.DataFrame = reader(path)
    except FileNotFoundError:
        raise DataError(f"{path} not found.") from None
    except Exception as error:  # pyarrow and pandas let through whatever their parsing meets
        raise DataError(f"{path} cannot be read: {str(error).splitlines()[0].rstrip('.')}.") from error
    return frame.reset_index() if "ecg_id" in frame.index.names else frame


def _whole_numbers(column: "pd.Series[Any]", what: str) -> NDArray[np.int64]:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~(np.isfinite(numbers) & (numbers == np.round(numbers)) & (np.abs(numbers) < 2**53))
    if bad.any():
        raise DataError(f"{what} has {column.tolist()[int(bad.argmax())]!r}; allowed are whole numbers.")
    return numbers.astype(np.int64)


def _numbers(frame: "pd.DataFrame", columns: Sequence[str], path: Path) -> NDArray[np.float64]:
    try:
        return np.ascontiguousarray(frame[list(columns)].to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise DataError(f"{path} has text in a column of probabilities ({', '.join(columns)}).") from None


def _labels(frame: "pd.DataFrame", classes: Sequence[str], path: Path) -> NDArray[np.uint8] | None:
    names = [f"{name}{LABEL_SUFFIX}" for name in classes]
    if not set(names) <= set(frame.columns):
        return None
    values = _numbers(frame, names, path)
    if not np.isin(values, (0, 1)).all():
        raise DataError(f"{path} has a label that is neither 0 nor 1.")
    return values.astype(np.uint8)


def _parts(frame: "pd.DataFrame") -> tuple[str, ...] | None:
    return tuple(map(str, frame["part"].tolist())) if "part" in frame.columns else None


def _patients(frame: "pd.DataFrame", path: Path) -> tuple[int | None, ...] | None:
    if "patient_id" not in frame.columns:
        return None
    known = frame["patient_id"].notna()
    numbers = iter(_whole_numbers(frame["patient_id"][known], f"{path}: column patient_id").tolist())
    return tuple(next(numbers) if is_known else None for is_known in known.tolist())
