"""One file: fetched under a temporary name, checked by its SHA-256, then renamed into place."""

import hashlib
import io
import itertools
import random
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from twelvelead.data.download.rules import MANIFEST_FILE, largest_bytes
from twelvelead.data.download.source import Interrupted, Patience, Source
from twelvelead.errors import DataError

__all__ = ["Fetcher", "Stopped"]


class Stopped(Exception):
    """The work was called off."""


class Fetcher:
    """Fetches files from a source; several threads may use one.

    Args:
        source: where they come from.
        parts: folder for temporary files, on the disk of the files to be.
        patience: how often to try again, and after which pauses.
        stop: set to call the work off.
        count: called with the number of bytes written; negative where they turn out to be of no use.
    """

    def __init__(
        self,
        source: Source,
        parts: Path,
        patience: Patience,
        stop: threading.Event,
        count: Callable[[int], None],
    ) -> None:
        self._source = source
        self._parts = parts
        self._patience = patience
        self._stop = stop
        self._count = count
        self._number = itertools.count()

    def fetch(self, path: str, sha256: str, target: Path) -> None:
        """Put the file at `path` of the source to `target`.

        Raises:
            DataError: it cannot be had, or has wrong bytes twice.
            Stopped: called off.
        """
        part = self._parts / f"{next(self._number)}.part"
        try:
            for _ in range(2):
                with part.open("wb") as stream:
                    right = self._copy_patiently(path, stream) == sha256
                if right:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    part.replace(target)
                    return
                self._count(-part.stat().st_size)
        finally:
            part.unlink(missing_ok=True)
        raise DataError(
            f"{path} of {self._source.name} came twice with other bytes than its {MANIFEST_FILE} says; "
            "what is complete is kept: try again later, or another source with --from."
        )

    def fetch_manifest(self) -> bytes:
        """The source's SHA256SUMS.txt.

        Raises:
            DataError: it cannot be had.
        """
        stream = io.BytesIO()
        self._copy_patiently(MANIFEST_FILE, stream)
        return stream.getvalue()

    def _copy_patiently(self, path: str, stream: BinaryIO) -> str:
        """Write the file, in several attempts if need be; returns its SHA-256."""
        for attempt in itertools.count(1):
            try:
                return self._copy(path, stream)
            except Interrupted as error:
                if attempt == self._patience.attempts:
                    raise DataError(
                        f"{path} could not be fetched from {self._source.name} in {attempt} attempts ({error}); "
                        "the same command goes on from here."
                    ) from error
                pause_s = self._pause_s(attempt, error)
            if self._stop.wait(pause_s):
                raise Stopped
        raise AssertionError("counted to the end")

    def _copy(self, path: str, stream: BinaryIO) -> str:
        digest, largest, written = hashlib.sha256(), largest_bytes(path), 0
        stream.seek(0)
        stream.truncate()
        try:
            with closing(self._source.chunks(path)) as chunks:
                for chunk in chunks:
                    if self._stop.is_set():
                        raise Stopped
                    if written + len(chunk) > largest:
                        raise DataError(
                            f"{path} of {self._source.name} is refused: it has more than {largest:,} bytes."
                        )
                    stream.write(chunk)
                    digest.update(chunk)
                    written += len(chunk)
                    self._count(len(chunk))
        except BaseException:
            self._count(-written)
            raise
        return digest.hexdigest()

    def _pause_s(self, attempt: int, error: Interrupted) -> float:
        if error.wait_s is not None:
            if error.wait_s > self._patience.longest_retry_after_s:
                raise DataError(
                    f"{self._source.name} asks to wait for {error.wait_s:,.0f} s ({error}); "
                    "the same command goes on from here then."
                ) from error
            return error.wait_s
        longest_s = min(self._patience.longest_wait_s, self._patience.first_wait_s * 2.0 ** (attempt - 1))
        # Threads that failed together shall not come back together.
        return longest_s * random.uniform(0.5, 1)
