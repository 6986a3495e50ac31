"""A release's SHA256SUMS.txt, kept from an earlier call: it has 9 MB, and a release never changes.

What a mirror, a folder or a zip lists may change, so that is read anew each time.
"""

import json
from pathlib import Path

from twelvelead.data.download.rules import MANIFEST_FILE
from twelvelead.files import atomic_path, file_digest, write_json

__all__ = ["keep_list", "kept_list"]

MARK_FILE = "list.json"


def kept_list(folder: Path, state: Path, release: str | None) -> bytes | None:
    """SHA256SUMS.txt of a release, if it lies in `folder` as `keep_list` left it there."""
    if release is None:
        return None
    try:
        mark = json.loads((state / MARK_FILE).read_text(encoding="utf-8"))
        if mark != _mark(folder, release):
            return None
        return (folder / MANIFEST_FILE).read_bytes()
    except (OSError, ValueError):
        return None


def keep_list(content: bytes, folder: Path, state: Path, release: str | None) -> None:
    """Write SHA256SUMS.txt into `folder`, marked as that of a release where it is one."""
    with atomic_path(folder / MANIFEST_FILE) as temporary:
        temporary.write_bytes(content)
    if release is not None:
        write_json(state / MARK_FILE, _mark(folder, release))


def _mark(folder: Path, release: str) -> dict[str, str]:
    return {"release": release, "sha256": file_digest(folder / MANIFEST_FILE)}
