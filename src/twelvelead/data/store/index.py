"""The store's table of records, and the journal that stands for it while the store is being built.

`records.parquet` has one row a record of the data set: `ecg_id`, `row` (in `signals.npy`, -1 if left out),
`status` (ok, kept, left out), `reason`, `file`, and the stamps by which a later run sees what changed.
The journal has one line of JSON a finished chunk; a line torn by a kill is the last one and is ignored.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from twelvelead.data.store.record import Verdict
from twelvelead.errors import DataError
from twelvelead.files import atomic_path

__all__ = ["INDEX_FILE", "Entry", "Journal", "read_index", "write_index"]

INDEX_FILE = "records.parquet"
JOURNAL_FILE = "journal.jsonl"


class Entry(NamedTuple):
    """One record of the index."""

    ecg_id: int
    row: int
    """In `signals.npy`; -1 where the record is left out."""
    status: str
    reason: str
    file: str
    """The record's path below the data folder, as the table of records has it."""
    data_file: str
    header_size: int
    header_mtime_ns: int
    data_size: int
    data_mtime_ns: int

    @classmethod
    def of(cls, ecg_id: int, row: int, file: object, verdict: Verdict) -> "Entry":
        """The entry for a verdict."""
        return cls(
            ecg_id,
            row,
            verdict.status,
            verdict.reason,
            str(file),
            verdict.data_file,
            *verdict.stamp,
        )


_COLUMNS = Entry._fields
_TEXTS = ("status", "reason", "file", "data_file")


def read_index(folder: Path) -> list[Entry]:
    """The entries of `records.parquet`, or none where there is no such file.

    Raises:
        DataError: the file is damaged.
    """
    import pyarrow.parquet as pq

    path = folder / INDEX_FILE
    if not path.is_file():
        return []
    try:
        with pq.ParquetFile(path) as file:
            table = file.read(columns=list(_COLUMNS))
        columns = [table.column(name).to_pylist() for name in _COLUMNS]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} is damaged ({error}); delete {folder} and prepare again.") from error
    return list(map(Entry._make, zip(*columns)))


def write_index(folder: Path, entries: list[Entry]) -> None:
    """Write `records.parquet`, atomically."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*entries)) or [()] * len(_COLUMNS)
    arrays = [_texts(values) if name in _TEXTS else _numbers(values) for name, values in zip(_COLUMNS, columns)]
    with atomic_path(folder / INDEX_FILE) as temporary:
        pq.write_table(pa.Table.from_arrays(arrays, names=list(_COLUMNS)), temporary)


# `pyarrow.array` would import pandas, which takes longer than a thousand records.
def _numbers(values: Sequence[int]) -> Any:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(np.array(values, dtype=np.int64))])


def _texts(values: Sequence[str]) -> Any:
    import pyarrow as pa

    texts = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(texts)))


class Journal:
    """Entries of finished chunks, appended line by line."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / JOURNAL_FILE

    def append(self, entries: list[Entry]) -> None:
        """Add a chunk; its samples must be in `signals.npy` already, on the disk."""
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entries) + "\n")

    def read(self) -> list[Entry]:
        """All whole lines; drops a torn last one from the file, so that appending goes on after it.

        A line that is no chunk of entries is ignored: its records are read again.
        """
        if not self._path.is_file():
            return []
        data = self._path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            with atomic_path(self._path) as temporary:
                temporary.write_bytes(whole)
        return list(self._entries(whole))

    def clear(self) -> None:
        """Remove the journal."""
        self._path.unlink(missing_ok=True)

    @staticmethod
    def _entries(data: bytes) -> Iterator[Entry]:
        for line in data.splitlines():
            try:
                chunk = [Entry(*values) for values in json.loads(line)]
            except (ValueError, TypeError):
                continue
            yield from chunk
