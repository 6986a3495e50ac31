"""The ECG files that a user means by files and folders."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from twelvelead.data.metadata import DATABASE_FILE
from twelvelead.data.statement_file import STATEMENTS_FILE
from twelvelead.formats import known_formats

__all__ = ["find_ecgs"]

TABLES = {DATABASE_FILE, STATEMENTS_FILE}
"""Tables of a data folder; not every CSV file in it is an ECG."""


def find_ecgs(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and for a folder all files below it whose suffix is a known format's, sorted within a folder.

    Hidden files, PTB-XL's own tables, and the signal files of a WFDB header beside them are passed over. Nothing is
    collected: a folder may hold any number of files.
    """
    suffixes = {suffix.lower() for known in known_formats() for suffix in known.suffixes}
    for path in paths:
        if path.is_dir():
            yield from _below(path, suffixes)
        else:
            yield path


def _below(folder: Path, suffixes: set[str]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        inside = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    names = {name for name, _ in inside}
    for name, is_folder in inside:
        if name.startswith("."):
            continue
        path = folder / name
        if is_folder:
            yield from _below(path, suffixes)
        elif path.suffix.lower() in suffixes and name not in TABLES and not _belongs_to_header(path, names):
            yield path


def _belongs_to_header(path: Path, names: set[str]) -> bool:
    return path.suffix != ".hea" and f"{path.stem}.hea" in names
