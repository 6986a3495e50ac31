"""Which files have been found right, with size and time of change, so that a second call need not read gigabytes.

A line of JSON a file, appended as it is done; a line torn by a kill costs reading that file again, no more.
"""

import json
import os
from pathlib import Path

from twelvelead.files import write_text

__all__ = ["Journal"]


Entry = tuple[str, int, int]
"""SHA-256, bytes, nanoseconds."""


class Journal:
    """The files below a folder that were right when they were last looked at.

    Args:
        path: of the journal.
        folder: the files' paths are below it.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder
        self._known = _read(path)
        # A torn last line must not swallow the next one.
        write_text(path, "".join(_line(*item) for item in self._known.items()))
        self._stream = path.open("a", encoding="utf-8")

    def holds(self, path: str, sha256: str) -> bool:
        """Whether the file is known to be right, and has not been touched since."""
        return self._known.get(path) == (sha256, *_stamp(self._folder / path))

    def size(self, path: str) -> int:
        """Bytes of a file that the journal holds."""
        return self._known[path][1]

    def add(self, path: str, sha256: str) -> None:
        """The file has just been found right."""
        entry = (sha256, *_stamp(self._folder / path))
        self._known[path] = entry
        self._stream.write(_line(path, entry))
        self._stream.flush()

    def close(self) -> None:
        """Close the file; what it holds is there already."""
        self._stream.close()


def _read(path: Path) -> dict[str, Entry]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    known = {}
    for line in lines:
        try:
            name, sha256, size, mtime_ns = json.loads(line)
            known[str(name)] = (str(sha256), int(size), int(mtime_ns))
        except (ValueError, TypeError, RecursionError):
            continue
    return known


def _line(path: str, entry: Entry) -> str:
    return json.dumps([path, *entry]) + "\n"


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 (87,000 times: twice as fast)
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns
