"""`prepare`: a data folder in PTB-XL's layout in, a `SignalStore` out.

Incremental: records whose files have not changed are not read again. Interrupted or killed at any point, the next
call goes on: samples are appended first, then, once they are on the disk, the journal; the manifest is written last.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from twelvelead.data.metadata import DATABASE_FILE, database_digest
from twelvelead.data.store.array_file import SIGNALS_FILE, GrowingArray, whole_rows
from twelvelead.data.store.index import INDEX_FILE, Entry, Journal, read_index, write_index
from twelvelead.data.store.location import store_folder
from twelvelead.data.store.manifest import MANIFEST_FILE, Manifest
from twelvelead.data.store.reading import DURATION_S, BlockReader
from twelvelead.data.store.record import LEFT_OUT
from twelvelead.data.store.signal_store import SignalStore
from twelvelead.data.store.wanted import wanted_records
from twelvelead.errors import DataError
from twelvelead.files import clear_temporary, locked
from twelvelead.leads import LEADS
from twelvelead.processes import is_one_of_several

__all__ = ["PrepareResult", "open_or_prepare", "prepare"]

CHUNK_BYTES = 16 * 2**20
"""Samples brought to the disk at once. A kill, or a loss of power, loses two chunks at most."""


@dataclass(frozen=True)
class PrepareResult:
    """A prepared store and what this call did for it."""

    store: SignalStore
    read: int
    """Records whose files were read by this call."""
    reused: int
    """Records taken over from earlier calls."""


def prepare(
    data_dir: str | Path,
    rate_hz: int = 100,
    store: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PrepareResult:
    """Make or update the signal store of a data folder.

    Args:
        data_dir: holds `ptbxl_database.csv` and the records it names; a partial copy will do.
        rate_hz: 100 or 500.
        store: where to put the store; by default beside the data or in the user's cache (`store_folder`).
        progress: called with (records done, records in all) after each chunk.

    Raises:
        DataError: no usable table, no record at all could be read, or the store cannot be written.
    """
    data_dir = Path(data_dir)
    wanted, digest = wanted_records(data_dir, rate_hz)
    folder = store_folder(data_dir, rate_hz, store)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        busy = DataError(f"another process is preparing {folder}; wait for it.")
        # The processes of a distributed training all come here at once; the first one prepares for them.
        with locked(folder, busy, wait=is_one_of_several()):
            return _prepare_locked(data_dir, rate_hz, folder, wanted, digest, progress)
    except OSError as error:
        raise DataError(
            f"the signal store in {folder} cannot be written: {error.strerror or error}; "
            "name another folder with --store."
        ) from error


def open_or_prepare(
    data_dir: Path,
    rate_hz: int = 100,
    store: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SignalStore:
    """The store of a data folder: opened if it was made from this very table, else prepared.

    One that lacks records is brought up to date first, if nothing speaks against it: a read-only
    folder, or another process that is at it.

    Raises:
        DataError: as `prepare`, or the store is damaged.
    """
    folder = store_folder(data_dir, rate_hz, store)
    manifest = Manifest.read(folder)
    opened = None
    if manifest is not None and manifest.database_sha256 == database_digest(data_dir):
        opened = SignalStore.open(folder)
        if not any(entry.status == LEFT_OUT for entry in opened.problems):
            return opened
    try:
        return prepare(data_dir, rate_hz, store, progress).store
    except DataError:
        if opened is None:
            raise
        return opened


def _prepare_locked(
    data_dir: Path,
    rate_hz: int,
    folder: Path,
    wanted: dict[int, object],
    digest: str,
    progress: Callable[[int, int], None] | None,
) -> PrepareResult:
    samples = rate_hz * DURATION_S
    clear_temporary(folder)
    _discard_other_format(folder)
    journal = Journal(folder)
    known = _known_entries(folder, journal, samples)
    rows = _rows_in_use(folder, known, samples)
    todo = [i for i, name in wanted.items() if i not in known or not _unchanged(data_dir, name, known[i])]
    reused = len(wanted) - len(todo)
    chunk = max(1, CHUNK_BYTES // (samples * len(LEADS) * 2))
    reader = BlockReader(data_dir, rate_hz)
    with GrowingArray(folder, samples, rows) as array, ThreadPoolExecutor(1) as writer:
        noted: Future[None] | None = None
        for start in range(0, len(todo), chunk):
            ids = todo[start : start + chunk]
            entries = _append_chunk(reader, [(i, wanted[i]) for i in ids], array)
            if noted:
                noted.result()
            noted = writer.submit(_note, array, journal, entries)
            known.update((entry.ecg_id, entry) for entry in entries)
            if progress:
                progress(reused + start + len(ids), len(wanted))
        if noted:
            noted.result()
        array.finish()
        rows = array.rows
    index = [known[i] for i in wanted]
    _require_some(index, data_dir, rate_hz)
    write_index(folder, index)
    Manifest(
        rate_hz=rate_hz,
        samples=samples,
        rows=rows,
        records=len(index),
        database_sha256=digest,
        data_dir=str(data_dir.resolve()),
    ).write(folder)
    journal.clear()
    return PrepareResult(SignalStore.open(folder, index), read=len(todo), reused=reused)


def _note(array: GrowingArray, journal: Journal, entries: list[Entry]) -> None:
    """Put a chunk into the journal; in a thread, so that the next chunk is read while this one goes to the disk."""
    array.flush()
    journal.append(entries)


def _append_chunk(reader: BlockReader, records: list[tuple[int, object]], array: GrowingArray) -> list[Entry]:
    entries: list[Entry] = []
    for start in range(0, len(records), reader.most):
        block = records[start : start + reader.most]
        signals, verdicts = reader.read([name for _, name in block])
        stored = [verdict.status != LEFT_OUT for verdict in verdicts]
        row = array.rows
        array.append(signals if all(stored) else signals[stored])
        for (ecg_id, name), verdict, kept in zip(block, verdicts, stored):
            entries.append(Entry.of(ecg_id, row if kept else -1, name, verdict))
            row += kept
    return entries


def _known_entries(folder: Path, journal: Journal, samples: int) -> dict[int, Entry]:
    """Entries of earlier calls whose samples are really in the file.

    Entries whose samples are lost are taken out of the index before other samples can come into their rows.
    """
    entries = {entry.ecg_id: entry for entry in [*read_index(folder), *journal.read()]}
    whole = whole_rows(folder, samples)
    known = {i: entry for i, entry in entries.items() if entry.row < whole}
    if len(known) < len(entries):
        write_index(folder, list(known.values()))
        journal.clear()
    return known


def _rows_in_use(folder: Path, known: dict[int, Entry], samples: int) -> int:
    """Rows that must stay as they are: the known entries', and all that an open store may show."""
    manifest = Manifest.read(folder)
    shown = min(manifest.rows, whole_rows(folder, samples)) if manifest else 0
    return max([shown, *(entry.row + 1 for entry in known.values())])


def _unchanged(data_dir: Path, name: object, entry: Entry) -> bool:
    """Whether the record is stored and its files have the size and time they had then."""
    if entry.row < 0 or entry.file != name:
        return False
    header = f"{data_dir}/{name}.hea"
    if _stamp(header) != (entry.header_size, entry.header_mtime_ns):
        return False
    data_file = f"{os.path.dirname(header)}/{entry.data_file}"  # noqa: PTH120
    return _stamp(data_file) == (entry.data_size, entry.data_mtime_ns)


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _require_some(index: list[Entry], data_dir: Path, rate_hz: int) -> None:
    if any(entry.row >= 0 for entry in index):
        return
    raise DataError(
        f"none of the {len(index)} records of {data_dir / DATABASE_FILE} could be read at {rate_hz} Hz; "
        f"the first: {index[0].file}: {index[0].reason}."
    )


def _discard_other_format(folder: Path) -> None:
    # Files of a store without a manifest are a run in progress; of another format they are worthless.
    if (folder / MANIFEST_FILE).is_file() and Manifest.read(folder) is None:
        for name in (MANIFEST_FILE, INDEX_FILE, SIGNALS_FILE):
            (folder / name).unlink(missing_ok=True)
        Journal(folder).clear()
