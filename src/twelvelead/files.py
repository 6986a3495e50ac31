"""Writing files so that nobody meets half of one: temporary name first, then rename; one writer at a time."""

import hashlib
import json
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twelvelead.errors import TwelveleadError

__all__ = ["atomic_path", "clear_temporary", "file_digest", "locked", "writable_folder", "write_json", "write_text"]


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success it is renamed to `path`, on error removed.

    It is renamed once its bytes are on the disk, so that a loss of power leaves the old file or the new one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Machines that share the folder have processes of the same number.
    temporary = path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def clear_temporary(folder: Path) -> None:
    """Remove what a killed process left of files that it was writing, in `folder` and below; nobody may write there."""
    for path in folder.rglob(".*.tmp"):
        if path.name.split(".")[-2].isdecimal():
            path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any, default: Callable[[Any], Any] | None = None) -> None:
    """Write readable JSON atomically; NaN is refused because JSON has none."""
    write_text(
        path,
        json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=default) + "\n",
    )


def writable_folder(path: Path) -> bool:
    """Whether `path`, or the nearest folder above it that exists, may be written to."""
    while not path.exists():
        path = path.parent
    return path.is_dir() and os.access(path, os.W_OK)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def locked(folder: Path, busy: TwelveleadError, wait: bool = False, name: str = "lock") -> Iterator[None]:
    """Keep other processes from writing to the same folder; a killed holder leaves no lock behind.

    Args:
        folder: exists.
        busy: raised if another process has the lock.
        wait: wait for it instead.
        name: the file that is locked; an empty one is made where there is none.
    """
    try:
        import fcntl
    except ImportError:  # Windows: no advisory locks of this kind; two runs at once are the user's care
        yield
        return
    with (folder / name).open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise busy from None
        yield
