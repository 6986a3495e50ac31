"""What a source of files is: a folder somewhere (on a server, on disk, in a zip) that holds SHA256SUMS.txt."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twelvelead.errors import ConfigError, DataError

__all__ = ["CHUNK_BYTES", "Interrupted", "Patience", "Source", "open_source"]

CHUNK_BYTES = 2**16


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, and how often to try again."""

    connect_s: float = 10.0
    """For a connection."""
    stall_s: float = 30.0
    """For the next bytes; and after so long an attempt must have had `slowest` bytes a second on average."""
    slowest: float = 1000.0
    """PhysioNet itself gives a connection 25,000 bytes a second and more."""
    attempts: int = 6
    """In all, for one file."""
    first_wait_s: float = 0.5
    """Before the second attempt; doubled for each one after it."""
    longest_wait_s: float = 30.0
    longest_retry_after_s: float = 300.0
    """A server that asks for a longer pause is left alone."""


class Interrupted(Exception):
    """A file did not come through this time; another attempt may get it.

    Args:
        reason: what happened, as part of a sentence.
        wait_s: the pause that the server asked for.
    """

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class Source(Protocol):
    """Where files come from; used by several threads at once."""

    name: str
    """Names it in messages."""
    release: str | None
    """The release of PTB-XL whose files, and SHA256SUMS.txt, never change; None where that is not known."""

    def chunks(self, path: str) -> Generator[bytes]:
        """The bytes of the file at `path`, as they come.

        Raises:
            Interrupted: it may be tried again.
            DataError: it is not there, or can never be read.
        """
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...


def open_source(given: str | Path | None, version: str, patience: Patience) -> Source:
    """The source that `given` names: an address, a folder, a zip; None is PhysioNet.

    Args:
        given: http(s)://..., or a path.
        version: release of PTB-XL to get from PhysioNet.
        patience: with a server.

    Raises:
        ConfigError: another kind of address.
        DataError: a path where nothing is, or a zip that is refused.
    """
    text = str(given)
    if not text:
        raise ConfigError("--from is empty; allowed are an address (https://...), a folder or a zip file.")
    if given is None or "://" in text:
        from twelvelead.data.download.http_source import HttpSource, check_address, physionet_addresses

        if given is None:
            return HttpSource(physionet_addresses(version), patience, release=version)
        return HttpSource((check_address(text),), patience)
    path = Path(given)
    if path.is_dir():
        from twelvelead.data.download.folder_source import FolderSource

        return FolderSource(path)
    if path.is_file():
        from twelvelead.data.download.zip_source import ZipSource

        return ZipSource(path)
    raise DataError(f"--from {path} is not there; allowed are an address (https://...), a folder or a zip file.")
