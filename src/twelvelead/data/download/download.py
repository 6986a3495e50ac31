"""`download`: PTB-XL from any source into a folder; interrupted or killed at any point, the next call goes on.

FOLDER/SHA256SUMS.txt           what the source says; written first
FOLDER/records100/00000/...     each file renamed into place once it is whole and right
FOLDER/ptbxl_database.csv       last: where it is, all is there
FOLDER/.twelvelead-download/    lock, journal, temporary files
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from twelvelead.data.download.fetch import Fetcher
from twelvelead.data.download.journal import Journal
from twelvelead.data.download.manifest import parse_manifest
from twelvelead.data.download.meter import Meter
from twelvelead.data.download.pool import in_parallel
from twelvelead.data.download.release_list import keep_list, kept_list
from twelvelead.data.download.rules import choose, count_records, usual_sizes
from twelvelead.data.download.source import Patience, Source, open_source
from twelvelead.data.download.space import free_bytes, require_space
from twelvelead.data.metadata import (
    DATABASE_FILE,
    RATES,
    RELEASES,
    SIMULATED_MARKER,
    data_version,
    read_database,
)
from twelvelead.errors import ConfigError, DataError, require_choice
from twelvelead.files import file_digest, locked

__all__ = ["DownloadResult", "download"]

LATEST = "1.0.3"
STATE_FOLDER = ".twelvelead-download"
MOST_PARALLEL = 64
NOTE_AFTER_S = 3.0


@dataclass(frozen=True)
class DownloadResult:
    """What a folder holds now, and what this call did for it."""

    source: str
    data_version: str
    """Told by the records in `ptbxl_database.csv`."""
    records: dict[int, int]
    """Sampling rate in Hz -> records that have files at that rate."""
    files: int
    bytes: int
    """Of all files that were asked for, whenever they came."""
    fetched: int
    """Files that this call fetched; the others were there and right."""


def download(
    folder: str | Path,
    *,
    version: str | None = None,
    rates: Collection[int] = (100,),
    source: str | Path | None = None,
    parallel: int = 16,
    progress: Callable[[int, int], None] | None = None,
    note: Callable[[str], None] | None = None,
    patience: Patience = Patience(),  # noqa: B008 (frozen)
    free: Callable[[Path], int] = free_bytes,
) -> DownloadResult:
    """Get PTB-XL into a folder: the tables and the records at the given rates, each file checked by its SHA-256.

    What is there and right is kept, so that the same call goes on after a break.

    Args:
        folder: new, empty, or begun before; other files in it are left alone.
        version: release to get from PhysioNet, 1.0.1 or 1.0.3 (the default).
        rates: 100, 500 or both, Hz.
        source: address of a mirror's folder, a zip, or a folder, instead of PhysioNet.
        parallel: files at a time, 1 to 64.
        progress: called with (bytes there, bytes in all), now and then.
        note: called with a line where something else takes long.
        patience: with a slow or broken server.
        free: tells the bytes that may be written to the disk of a folder.

    Raises:
        ConfigError: `version`, `rates`, `source` or `parallel` is not allowed.
        DataError: the source cannot be reached or is refused, a file is missing or wrong there, the disk is full, or
            the folder holds a simulated data set.
        KeyboardInterrupt: Ctrl-C, with a message that says how far it came.
    """
    folder = Path(folder)
    _check_options(version, rates, source, parallel)
    with closing(open_source(source, version or LATEST, patience)) as opened:
        return _Download(folder, opened, patience, progress, note).run(rates, parallel, free)


class _Download:
    """One call of `download`."""

    def __init__(
        self,
        folder: Path,
        source: Source,
        patience: Patience,
        progress: Callable[[int, int], None] | None,
        note: Callable[[str], None] | None,
    ) -> None:
        self._folder = folder
        self._state = folder / STATE_FOLDER
        self._source = source
        self._progress = progress
        self._note = note
        self._stop = threading.Event()
        self._meter = Meter()
        self._fetcher = Fetcher(source, self._state, patience, self._stop, self._meter.add)

    def run(self, rates: Collection[int], parallel: int, free: Callable[[Path], int]) -> DownloadResult:
        """Nothing is written before the source's list has been read and found harmless, and there is room."""
        release, name = self._source.release, self._source.name
        content = kept_list(self._folder, self._state, release) or self._fetch_list()
        wanted = choose(parse_manifest(content, name), rates, name)
        _refuse_run(self._folder)
        _refuse_mixture(self._folder, wanted)
        sizes = usual_sizes(wanted)
        to_come = [sizes[path] for path in wanted if not (self._folder / path).is_file()]
        require_space(self._folder, to_come, free(_existing(self._folder)))
        with _own(self._folder, self._state), closing(Journal(self._state / "verified.jsonl", self._folder)) as journal:
            keep_list(content, self._folder, self._state, release)
            fetched = self._bring(wanted, sizes, journal, parallel)
            return DownloadResult(
                source=name,
                data_version=data_version(self._folder, read_database(self._folder).index),
                records={rate: count_records(wanted, rate) for rate in sorted(set(rates))},
                files=len(wanted),
                bytes=sum(map(journal.size, wanted)),
                fetched=fetched,
            )

    def _fetch_list(self) -> bytes:
        """In a thread, to be able to say what is being waited for: 9 MB take PhysioNet's own server minutes."""
        begun, note = time.monotonic(), self._note
        for result in in_parallel(lambda _: self._fetcher.fetch_manifest(), [None], 1, self._stop):
            if result is not None:
                return result[1]
            if note and time.monotonic() - begun > NOTE_AFTER_S:
                note(f"reading the list of files of {self._source.name} ...")
                note = None
        raise AssertionError("one job gives one result")

    def _bring(self, wanted: dict[str, str], sizes: dict[str, int], journal: Journal, parallel: int) -> int:
        """Have all files in place and in the journal; returns how many were fetched."""
        todo = [path for path, sha256 in wanted.items() if not journal.holds(path, sha256)]
        there = wanted.keys() - todo
        self._meter.done = sum(map(journal.size, there))
        # Not put right with each file: displays forget the speed when the total changes.
        self._meter.total = self._meter.done + sum(sizes[path] for path in todo)
        fetched = 0
        try:
            for path, new in self._each(todo, wanted, parallel):
                journal.add(path, wanted[path])
                there.add(path)
                fetched += new
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"stopped by hand; {len(there):,} of {len(wanted):,} files are complete, and the same command goes on."
            ) from None
        finally:
            self._stop.set()
        self._meter.total = self._meter.done
        self._show()
        return fetched

    def _each(self, todo: list[str], wanted: dict[str, str], parallel: int) -> Iterator[tuple[str, bool]]:
        """Bring files; gives each one's path once it is there, and whether it was fetched."""

        def bring(path: str) -> bool:
            target = self._folder / path
            if target.is_file() and file_digest(target) == wanted[path]:
                self._meter.add(target.stat().st_size)
                return False
            self._fetcher.fetch(path, wanted[path], target)
            return True

        table = [path for path in todo if path == DATABASE_FILE]
        for group in ([path for path in todo if path not in table], table):
            for result in in_parallel(bring, group, parallel, self._stop):
                self._show()
                if result is not None:
                    yield result

    def _show(self) -> None:
        if self._progress:
            self._progress(min(self._meter.done, self._meter.total), self._meter.total)


@contextmanager
def _own(folder: Path, state: Path) -> Iterator[None]:
    """Make the folder, keep other downloads out of it, and clear away what a killed one left."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        with locked(state, DataError(f"another process is downloading into {folder}; wait for it.")):
            for part in state.glob("*.part"):
                part.unlink()
            yield
    except OSError as error:
        where = error.filename or folder
        raise DataError(
            f"{where} cannot be written: {error.strerror or error}; mend that, or choose another folder."
        ) from error


def _check_options(version: str | None, rates: Collection[int], source: str | Path | None, parallel: int) -> None:
    if version is not None and source is not None:
        raise ConfigError("--version has no meaning with --from, which is taken as it is.")
    if version is not None:
        require_choice("--version", version, RELEASES)
    if not rates or not set(rates) <= set(RATES):
        raise ConfigError(f"--rate is {tuple(rates)}; allowed are 100, 500 or both.")
    if not 1 <= parallel <= MOST_PARALLEL:
        raise ConfigError(f"--parallel is {parallel}; allowed is 1 to {MOST_PARALLEL}.")


def _refuse_run(folder: Path) -> None:
    """Refuse a folder that holds a training."""
    if (folder / "config.toml").exists() or (folder / "model").exists():
        raise DataError(f"{folder} holds a training; name a new folder for the data.")


def _refuse_mixture(folder: Path, wanted: Collection[str]) -> None:
    """A marked folder would pass real records off as simulated ones."""
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file; give a folder to download to.")
    if (folder / SIMULATED_MARKER).exists() and SIMULATED_MARKER not in wanted:
        raise DataError(f"{folder} holds a simulated data set; give another folder for the download.")


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
