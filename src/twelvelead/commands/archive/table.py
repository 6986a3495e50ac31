"""The Parquet files of a shard: answers, or ECGs without one."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import twelvelead
from twelvelead.commands.archive.plan import PlannedEcg
from twelvelead.commands.prediction_log import answer_row, answer_schema
from twelvelead.files import atomic_path, file_digest
from twelvelead.inference.predict import Prediction
from twelvelead.notice import NOTICE

__all__ = ["write_table"]


def write_table(
    path: Path,
    rows: Sequence[tuple[PlannedEcg, Prediction | str]],
    classes: Sequence[str] | None,
    model: dict[str, str],
    with_ids: bool,
) -> dict[str, Any]:
    """Write a table, whole or not at all, and give its rows, bytes and SHA-256.

    Answers have the columns of `twelvelead predict --parquet` but for `error`; the others have `file` and `error`.

    Args:
        path: its name.
        rows: each ECG with its answer, or with its error.
        classes: of the answers; None for a table of errors.
        model: digests of the model's files, for the table's metadata.
        with_ids: whether `ecg_id` is the first column.

    Raises:
        OSError: it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    ids = [("ecg_id", pa.int64())] if with_ids else []
    columns = answer_schema(classes) if classes is not None else [("file", pa.string()), ("error", pa.string())]
    about = {"notice": NOTICE, "twelvelead": twelvelead.__version__, "model": json.dumps(model)}
    schema = pa.schema([*ids, *columns], metadata=about)
    table = pa.Table.from_pylist([_row(ecg, answer, classes) for ecg, answer in rows], schema)
    with atomic_path(path) as temporary:
        with temporary.open("wb") as stream:
            pq.write_table(table, stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        written = pq.read_metadata(temporary).num_rows
        assert written == len(rows), f"{written} rows of {len(rows)} were written to {path}"
        return {"rows": written, "bytes": temporary.stat().st_size, "sha256": file_digest(temporary)}


def _row(ecg: PlannedEcg, answer: Prediction | str, classes: Sequence[str] | None) -> dict[str, Any]:
    if isinstance(answer, str) or classes is None:
        return {"ecg_id": ecg.ecg_id, "file": ecg.shown, "error": printed(str(answer))}
    return {"ecg_id": ecg.ecg_id} | answer_row(answer.to_json(), classes)


def printed(text: str) -> str:
    """Text that can be written as UTF-8, whatever bytes of a file's name are in it."""
    return text.encode("utf-8", "backslashreplace").decode()
