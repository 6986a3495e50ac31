"""Which records a store is to hold: `ecg_id` and path of each row of `ptbxl_database.csv`, and the file's digest.

pandas takes longer to import than a thousand records to read. A table as PTB-XL has it is read without, to the same
result; what is anything else is left to `read_database`, whose errors a user then reads.
"""

import hashlib
import re
from pathlib import Path

from twelvelead.data.metadata import REQUIRED_COLUMNS, database_bytes, filename_column, read_database

__all__ = ["wanted_records"]

_NAMES = re.compile(rb'([^"\r\n]*)[\r\n]')
"""The line of column names, none of them in quotes."""

MOST_DIGITS = 15
"""Of an `ecg_id`, so that a float holds it as well."""


def wanted_records(data_dir: Path, rate_hz: int) -> tuple[dict[int, object], str]:
    """`ecg_id` -> path of the record below `data_dir` as the table has it, in the table's order; and its SHA-256.

    Raises:
        ConfigError: PTB-XL has no such rate.
        DataError: as `read_database`.
    """
    content = database_bytes(data_dir)
    column = filename_column(rate_hz)
    wanted = _plain_table(content, column)
    if wanted is None:
        names = read_database(data_dir)[column]
        wanted = dict(zip(names.index.astype("int64").tolist(), names.tolist()))
    return wanted, hashlib.sha256(content).hexdigest()


def _plain_table(content: bytes, column: str) -> dict[int, object] | None:
    """`ecg_id` -> `column`; None where a cell of these leaves room for a doubt, or the table is not whole."""
    line = _NAMES.match(content)
    titles = line[1].split(b",") if line else []
    if any(titles.count(name.encode()) != 1 for name in ("ecg_id", *REQUIRED_COLUMNS)):
        return None
    try:
        content.decode()
        ids, names = _columns(content, len(titles), "ecg_id", column)
    except ValueError:
        return None
    digits = "".join(ids)
    if not (digits.isascii() and digits.isdigit()) or not all(0 < len(text) <= MOST_DIGITS for text in ids):
        return None
    # Neither a number nor any of the words that pandas takes for a missing value.
    if not all(name.startswith("records") for name in names):
        return None
    wanted: dict[int, object] = dict(zip(map(int, ids), names))
    return wanted if len(wanted) == len(ids) else None


def _columns(content: bytes, width: int, *columns: str) -> list[list[str]]:
    import pyarrow as pa
    from pyarrow import csv

    # pyarrow takes a quote that is never closed for the rest of the file; a row of our own at the end would be lost.
    last = b"\n0" + b"," * (width - 1) + b"\n"
    table = csv.read_csv(
        pa.BufferReader(content + last),
        read_options=csv.ReadOptions(use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            include_columns=list(columns), column_types=dict.fromkeys(columns, pa.string())
        ),
    )
    found = [table.column(name).to_pylist() for name in columns]
    if [cells.pop() for cells in found] != ["0", ""]:
        raise ValueError("a quote is open at the end")
    return found
