"""The recording in an upload: one file by its bytes, or a WFDB record as a set of files in a private folder."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twelvelead.errors import ConfigError, FormatError
from twelvelead.formats import read
from twelvelead.formats.contract import Source
from twelvelead.formats.recording import Recording
from twelvelead.formats.registry import find_format
from twelvelead.inference.predict import ReadingHints
from twelvelead.web.form import UploadedFile

__all__ = ["read_upload"]

HEADER_SUFFIX = ".hea"

_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
"""Of a file that is written: no folder, no hidden file, nothing that a shell or a terminal minds."""


def read_upload(files: Sequence[UploadedFile], hints: ReadingHints, folder: Path) -> tuple[Recording, str]:
    """Read the one ECG that the files are.

    Args:
        files: one of any format, or a WFDB header with its signal files.
        hints: what the file may not say.
        folder: empty, of this process alone; it is empty again afterwards.

    Returns:
        The recording and its format's name.

    Raises:
        ConfigError: there is no file, or the files are no set.
        FormatError: it cannot be read.
    """
    if not files:
        raise ConfigError("the form has no file; send it as the field `file`.")
    options: dict[str, Any] = {"rate_hz": hints.rate_hz, "leads": hints.leads, "unit": hints.unit}
    if len(files) == 1:
        only = files[0]
        source = Source(only.name, data=only.content)
        return read(only.content, name=only.name, **options), find_format(source).name
    header = _header_of(files)
    try:
        for file in files:
            (folder / file.name).write_bytes(file.content)
        return read(folder / header, **options), "WFDB"
    except FormatError as error:
        raise FormatError(str(error).replace(f"{folder}/", "")) from error
    finally:
        for file in files:
            (folder / file.name).unlink(missing_ok=True)


def _header_of(files: Sequence[UploadedFile]) -> str:
    names = [file.name for file in files]
    headers = [name for name in names if name.lower().endswith(HEADER_SUFFIX)]
    if len(headers) != 1:
        raise ConfigError("several files are read together only as a WFDB record: one .hea with its .dat or .mat.")
    if len({name.casefold() for name in names}) < len(names):
        raise ConfigError("two of the files have the same name.")
    if not all(_SAFE_NAME.fullmatch(name) for name in names):
        raise ConfigError("the names of several files may only have letters, digits and _ . - in them.")
    return headers[0]
