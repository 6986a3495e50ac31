"""The ECG files that a user means by files and folders."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from twelvelead.commands.prediction_table import few_names
from twelvelead.data.metadata import DATABASE_FILE
from twelvelead.data.statement_file import STATEMENTS_FILE
from twelvelead.errors import DataError
from twelvelead.formats import known_formats
from twelvelead.formats.wfdb import names_file

__all__ = ["check_ecgs", "find_ecgs"]

TABLES = {DATABASE_FILE, STATEMENTS_FILE, "SHA256SUMS.txt", "LICENSE.txt"}
"""Of PTB-XL's own folder: no ECGs, whatever their suffix."""

SAMPLE_SUFFIXES = {".dat", ".mat"}
"""Of the files that a WFDB header is beside."""


def check_ecgs(paths: Sequence[Path]) -> None:
    """Refuse paths of which no answer can come, before a model is loaded for them.

    Raises:
        DataError: none of them is there, or no ECG file is below them.
    """
    shown = few_names([str(path) for path in paths])
    if not any(map(_is_there, paths)):
        raise DataError(f"{shown} not found.")
    if next(find_ecgs(paths), None) is None:
        raise DataError(f"no ECG file in {shown}; `twelvelead formats` lists what is known.")


def find_ecgs(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and for a folder all files below it whose suffix is a known format's, sorted within a folder.

    Hidden files, links to folders, PTB-XL's own tables, and the signal files of a WFDB header beside them are passed
    over. Only one folder's names are in memory at a time.
    """
    suffixes = {suffix.lower() for known in known_formats() for suffix in known.suffixes}
    for path in paths:
        if path.is_dir():
            yield from _below(path, suffixes)
        else:
            yield path


def _is_there(path: Path) -> bool:
    """Whether there is a file or folder, or a WFDB header where its record is named."""
    try:
        return path.exists() or path.with_name(f"{path.name}.hea").exists() or path.with_suffix(".hea").exists()
    except OSError:  # with the suffix the name is too long
        return False


def _below(folder: Path, suffixes: set[str]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        inside = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    headers = {Path(name).stem.lower(): name for name, _ in inside if name.lower().endswith(".hea")}
    for name, is_folder in inside:
        if name.startswith("."):
            continue
        path = folder / name
        if is_folder:
            yield from _below(path, suffixes)
        elif path.suffix.lower() in suffixes and name not in TABLES and not _belongs_to_header(path, headers):
            yield path


def _belongs_to_header(path: Path, headers: dict[str, str]) -> bool:
    """Whether a header's record has these samples: `s1.dat`, or `s1_1.dat` where the header lists it.

    Args:
        path: of samples, or of anything else.
        headers: of its folder, by what they call their record in small letters.
    """
    if path.suffix.lower() not in SAMPLE_SUFFIXES:
        return False
    stem = path.stem.lower()
    parts = stem.split("_")
    records = ("_".join(parts[:end]) for end in range(1, len(parts)))
    return stem in headers or any(
        names_file(path.with_name(headers[name]), path) for name in records if name in headers
    )
