"""Predictions of many files into one table, in steps that a break does not lose.

Each answer is a line of `TABLE.partial` as soon as it is there; the same command goes on behind the last whole line.
The table itself, CSV or Parquet, is written from these lines at the end, under a temporary name, and renamed.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twelvelead.errors import ConfigError, DataError
from twelvelead.files import atomic_path, locked
from twelvelead.inference.predict import Prediction, shown_path

__all__ = ["Totals", "answer_row", "answer_schema", "log_predictions", "table_writer"]

ROWS_AT_ONCE = 4096
"""Rows of a Parquet table that are in memory at once."""


@dataclass
class Totals:
    """What a finished table holds."""

    files: int = 0
    failed: int = 0


Writer = Callable[[Path, Iterable[dict[str, Any]], Sequence[str]], None]


def table_writer(path: Path) -> Writer:
    """What writes a table of that name.

    Raises:
        ConfigError: the suffix is neither .csv nor .parquet.
    """
    writer = {".csv": _write_csv, ".parquet": _write_parquet}.get(path.suffix.lower())
    if writer is None:
        raise ConfigError(f"{path}: a table of predictions ends in .csv or .parquet.")
    return writer


def log_predictions(
    table: Path,
    classes: Sequence[str],
    about: dict[str, Any],
    files: Iterator[Path],
    predict: Callable[[Iterator[Path]], Iterator[Prediction]],
    totals: Totals,
) -> Iterator[Prediction]:
    """Predict the files into `table`, going on after the answers that an earlier call has left; yields the new ones.

    Args:
        table: .csv or .parquet.
        classes: the model's.
        about: what answers depend on (model, options); answers of something else are not taken over.
        files: in an order that is always the same.
        predict: gives one answer a file, in their order.
        totals: filled in when the table is written, the answers of earlier calls included.

    Raises:
        ConfigError: the table's suffix is not known, or another process is writing it.
    """
    write = table_writer(table)
    partial = table.with_name(table.name + ".partial")
    table.parent.mkdir(parents=True, exist_ok=True)
    header = json.dumps(about, sort_keys=True)
    with locked(table.parent, ConfigError(f"another process is writing {table}."), name=partial.name):
        rest = _rest(partial, header, files)
        with partial.open("a", encoding="utf-8") as stream:
            for answer in predict(rest):
                stream.write(json.dumps(answer.to_json()) + "\n")
                stream.flush()
                yield answer
        write(table, _counted(_answers(partial), totals), classes)
        partial.unlink()


def _rest(partial: Path, header: str, files: Iterator[Path]) -> Iterator[Path]:
    """The files that have no answer yet; cuts off what stands in `partial` behind the answers that hold."""
    end = _end_of_header(partial, header)
    if end is None:
        partial.write_text(header + "\n", encoding="utf-8")
        return files
    following: Path | None = None
    with partial.open("rb+") as stream:
        stream.seek(end)
        for line in stream:
            following = next(files, None)
            if following is None or not line.endswith(b"\n") or _file_of(line) != shown_path(following):
                break
            end, following = end + len(line), None
        stream.truncate(end)
    return _with_first(following, files)


def _end_of_header(partial: Path, header: str) -> int | None:
    """Where the answers begin; None if there are none of the same model and options."""
    try:
        with partial.open("rb") as stream:
            line = stream.readline()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataError(f"{partial} cannot be read: {error.strerror}.") from error
    return len(line) if line == header.encode() + b"\n" else None


def _file_of(line: bytes) -> str | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return str(found.get("file")) if isinstance(found, dict) else None


def _with_first(first: Path | None, rest: Iterator[Path]) -> Iterator[Path]:
    if first is not None:
        yield first
    yield from rest


def _counted(answers: Iterator[dict[str, Any]], totals: Totals) -> Iterator[dict[str, Any]]:
    for answer in answers:
        totals.files += 1
        totals.failed += "error" in answer
        yield answer


def _answers(partial: Path) -> Iterator[dict[str, Any]]:
    with partial.open(encoding="utf-8") as stream:
        next(stream)
        for line in stream:
            yield json.loads(line)


def answer_row(answer: dict[str, Any], classes: Sequence[str]) -> dict[str, Any]:
    """An answer as a table has it.

    Args:
        answer: of `Prediction.to_json`.
        classes: the model's.
    """
    probabilities, decisions = answer.get("probabilities") or {}, answer.get("decisions") or {}
    return {
        "file": answer["file"],
        **{name: probabilities.get(name) for name in classes},
        **{f"{name}_decision": decisions.get(name) for name in classes},
        "quality": answer.get("quality", []),
        "steps": answer.get("steps", []),
        "error": answer.get("error"),
    }


def answer_schema(classes: Sequence[str]) -> list[tuple[str, Any]]:
    """Columns of a Parquet table of answers, with their types."""
    import pyarrow as pa

    return [
        ("file", pa.string()),
        *((name, pa.float64()) for name in classes),
        *((f"{name}_decision", pa.bool_()) for name in classes),
        ("quality", pa.list_(pa.string())),
        ("steps", pa.list_(pa.string())),
    ]


def _write_csv(path: Path, answers: Iterable[dict[str, Any]], classes: Sequence[str]) -> None:
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        names = list(answer_row({"file": ""}, classes))
        writer = csv.DictWriter(stream, names, lineterminator="\n")
        writer.writeheader()
        for answer in answers:
            row = answer_row(answer, classes)
            writer.writerow(row | {key: "; ".join(row[key]) for key in ("quality", "steps")})


def _write_parquet(path: Path, answers: Iterable[dict[str, Any]], classes: Sequence[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([*answer_schema(classes), ("error", pa.string())])
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        rows: list[dict[str, Any]] = []
        for answer in answers:
            rows.append(answer_row(answer, classes))
            if len(rows) == ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema))
