"""`SHA256SUMS.txt`: bytes in, checked paths and hashes out; nothing hostile gets past here."""

import re

from twelvelead.data.download.rules import MANIFEST_FILE, MANIFEST_LARGEST
from twelvelead.data.metadata import check_record_path
from twelvelead.errors import DataError

__all__ = ["parse_manifest"]

LONGEST_PATH = 255
LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(?:\./)?(\S.*)")


def parse_manifest(content: bytes, where: str) -> dict[str, str]:
    """Every file that a data set's SHA256SUMS.txt lists, path -> SHA-256 in small letters.

    Args:
        content: the file as fetched.
        where: names the data set in an error.

    Raises:
        DataError: the file is too large, no text, has a line of another form, a path that leads outside or has
            signs that no path of a data set needs, or a path twice.
    """
    if len(content) > MANIFEST_LARGEST:
        raise DataError(f"{MANIFEST_FILE} of {where} has {len(content):,} bytes; allowed are {MANIFEST_LARGEST:,}.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise DataError(f"{MANIFEST_FILE} of {where} is no text, so it is no list of checksums.") from None
    sums: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        try:
            path, digest = _parse_line(line)
            if path in sums:
                raise DataError(f"path {path!r} stands there twice")
        except DataError as error:
            raise DataError(f"{MANIFEST_FILE} of {where}, line {number}, is refused: {error}.") from None
        sums[path] = digest
    if not sums:
        raise DataError(f"{MANIFEST_FILE} of {where} lists no file.")
    return sums


def _parse_line(line: str) -> tuple[str, str]:
    found = LINE.fullmatch(line)
    if found is None:
        raise DataError(f"{line[:60]!r} is no checksum and path (did a login page answer instead?)")
    digest, path = found[1].lower(), found[2]
    if len(path) > LONGEST_PATH:
        raise DataError(f"path {path[:60]!r}... has {len(path):,} letters")
    check_record_path(path)
    if not path.isprintable() or any(part in ("", ".") for part in path.split("/")):
        raise DataError(f"path {path!r} is not in its plain form")
    return path, digest
