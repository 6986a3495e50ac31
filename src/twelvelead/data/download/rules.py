"""Which files of a data set in PTB-XL's layout are wanted, and how large each may be. No other path is ever written."""

import re
from collections.abc import Collection, Mapping

from twelvelead.data.metadata import DATABASE_FILE, SIMULATED_MARKER
from twelvelead.errors import DataError

__all__ = ["MANIFEST_FILE", "MANIFEST_LARGEST", "choose", "count_records", "largest_bytes", "usual_sizes"]

MANIFEST_FILE = "SHA256SUMS.txt"

MANIFEST_LARGEST = 32 * 2**20
"""Bytes; PTB-XL 1.0.3's has 87,000 lines, about 9 MB."""

# The marker is no file of PTB-XL's, but a copy of a simulated data set must go on saying what it is.
TABLES = {DATABASE_FILE: 0, "scp_statements.csv": 10_000, "LICENSE.txt": 15_000, SIMULATED_MARKER: 100}
"""Files beside the records, and about how many bytes each has, a line a record not counted."""

ROW_BYTES = 300
"""About, of a record's row in `ptbxl_database.csv`."""

DATA_BYTES = {100: 24_000, 500: 120_000}
"""Bytes of a record's `.dat`: 10 s, 12 leads, two bytes a sample."""

HEADER_BYTES = 600
"""About, of a `.hea`."""

LARGEST_TABLE = 64 * 2**20
LARGEST_RECORD_FILE = 2**20
"""Bytes; generous, because the hash decides. They bound what a wrong server or a zip bomb can write."""

RECORD = re.compile(r"records(100|500)/\d{5}/\d{5}_(lr|hr)\.(dat|hea)", re.ASCII)
SUFFIXES = {100: "lr", 500: "hr"}


def choose(sums: Mapping[str, str], rates: Collection[int], where: str) -> dict[str, str]:
    """The files to have, path -> SHA-256: records at `rates` first, `ptbxl_database.csv` last.

    Args:
        sums: all that the data set's SHA256SUMS.txt lists.
        rates: 100, 500 or both, Hz.
        where: names the data set in an error.

    Raises:
        DataError: the table, or every record at one of the rates, is not in the list.
    """
    for rate in rates:
        if not any(_rate_of(path) == rate for path in sums):
            raise DataError(
                f"{MANIFEST_FILE} of {where} lists no record at {rate} Hz (records{rate}/00000/...); "
                "--rate 100, 500 or both says which are wanted."
            )
    if DATABASE_FILE not in sums:
        raise DataError(f"{MANIFEST_FILE} of {where} does not list {DATABASE_FILE}; it is not that of PTB-XL.")
    records = sorted(path for path in sums if _rate_of(path) in rates)
    tables = sorted((path for path in TABLES if path in sums), key=lambda path: path == DATABASE_FILE)
    return {path: sums[path] for path in (*records, *tables)}


def count_records(paths: Collection[str], rate_hz: int) -> int:
    """How many records at `rate_hz` are among the paths."""
    return sum(path.endswith(".hea") and _rate_of(path) == rate_hz for path in paths)


def largest_bytes(path: str) -> int:
    """The most bytes that the file at `path` may have."""
    if path == MANIFEST_FILE:
        return MANIFEST_LARGEST
    return LARGEST_RECORD_FILE if _rate_of(path) else LARGEST_TABLE


def usual_sizes(paths: Collection[str]) -> dict[str, int]:
    """How many bytes each file of a whole data set will have: exact for signals, about right for the others."""
    sizes = {path: _usual_bytes(path) for path in paths}
    if DATABASE_FILE in sizes:
        sizes[DATABASE_FILE] = ROW_BYTES * max(count_records(paths, rate) for rate in DATA_BYTES)
    return sizes


def _usual_bytes(path: str) -> int:
    rate = _rate_of(path)
    if rate is None:
        return TABLES.get(path, 0)
    return DATA_BYTES[rate] if path.endswith(".dat") else HEADER_BYTES


def _rate_of(path: str) -> int | None:
    """Sampling rate of a record's file; None where the path is not one that PTB-XL's records have."""
    found = RECORD.fullmatch(path)
    if found is None or SUFFIXES[int(found[1])] != found[2]:
        return None
    return int(found[1])
