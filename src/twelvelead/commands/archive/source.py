"""The ECGs that a user means, for a plan: files, folders of files, or the signal store of a data folder."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from twelvelead.commands.archive.plan import PlannedEcg
from twelvelead.commands.find_ecgs import find_ecgs
from twelvelead.data.metadata import DATABASE_FILE, RATES
from twelvelead.data.store import SignalStore, open_or_prepare
from twelvelead.data.store.array_file import SIGNALS_FILE
from twelvelead.data.store.index import INDEX_FILE, Entry
from twelvelead.errors import ConfigError, DataError
from twelvelead.files import file_digest

__all__ = ["StoreFolder", "find_store", "planned_files", "planned_records"]


@dataclass(frozen=True)
class StoreFolder:
    """A signal store as a source."""

    folder: str
    """Absolute."""
    rate_hz: int
    index_sha256: str
    """Of its table of records: rows stay where they are as long as it is the same."""

    def check(self) -> None:
        """Raise `DataError` if the store is no longer the one that was planned.

        Raises:
            DataError: it is not.
        """
        path = Path(self.folder) / INDEX_FILE
        if not path.is_file() or file_digest(path) != self.index_sha256:
            raise DataError(
                f"the signal store in {self.folder} is not the one that was planned; score into another folder."
            )


def find_store(
    sources: Sequence[Path],
    rate_hz: float | None,
    model_rate_hz: Callable[[], int],
    store: Path | None,
    progress: Callable[[int, int], None] | None = None,
) -> SignalStore | None:
    """The signal store that is meant by the sources; None if they are files and folders of files.

    A data folder in PTB-XL's layout stands for its store, which is prepared if need be; a store may be named itself.

    Args:
        sources: what the user named.
        rate_hz: which of a data folder's copies; by default the model's rate if it is one of them, else 100 Hz.
        model_rate_hz: gives the model's rate, which is asked for only if it matters.
        store: where a data folder's store is, if not where `prepare` puts it.
        progress: of preparing.

    Raises:
        DataError: the store cannot be used, or is named beside other sources.
        ConfigError: a data folder has no such rate.
    """
    data = [path for path in sources if (path / DATABASE_FILE).is_file()]
    stores = [path for path in sources if (path / SIGNALS_FILE).is_file()]
    if not data and not stores:
        return None
    if len(sources) > 1:
        raise DataError(f"{(data + stores)[0]} is a data folder or a signal store; score it by itself.")
    if stores:
        return SignalStore.open(stores[0])
    wanted = rate_hz
    if wanted is None:
        wanted = model_rate_hz() if model_rate_hz() in RATES else 100
    if wanted not in RATES:
        raise ConfigError(f"--rate is {wanted:g}; a data folder has {' and '.join(map(str, RATES))} Hz.")
    return open_or_prepare(data[0], int(wanted), store, progress)


def planned_records(store: SignalStore) -> tuple[StoreFolder, Iterator[PlannedEcg]]:
    """All records of a store, those included that it left out, in its order."""
    folder = store.folder.absolute()

    def planned(entry: Entry) -> PlannedEcg:
        return PlannedEcg(
            entry.file, entry.ecg_id, entry.row, entry.reason or "left out of the store" if entry.row < 0 else ""
        )

    about = StoreFolder(str(folder), store.rate_hz, file_digest(folder / INDEX_FILE))
    return about, map(planned, store.entries.values())


def planned_files(sources: Sequence[Path]) -> Iterator[PlannedEcg]:
    """All files that the sources mean, by absolute path, each file once where sources do not overlap.

    Raises:
        DataError: a source is not there.
    """
    missing = [path for path in sources if not path.exists()]
    if missing:
        raise DataError(f"{missing[0]} not found.")
    return (PlannedEcg(str(path)) for path in find_ecgs([path.absolute() for path in sources]))
