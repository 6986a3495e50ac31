"""`SignalStore`: a prepared data set's signals, memory-mapped."""

from collections.abc import Iterable
from pathlib import Path
from tokenize import TokenError

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.store.array_file import SIGNALS_FILE
from twelvelead.data.store.index import Entry, read_index
from twelvelead.data.store.manifest import Manifest
from twelvelead.data.store.record import OK
from twelvelead.errors import DataError
from twelvelead.leads import LEADS

__all__ = ["SignalStore"]


class SignalStore:
    """All usable records of a data set at one sampling rate.

    Attributes:
        signals: `(row, time, lead)` int16, 1,000 units per mV, leads in the order of `LEADS`;
            read-only, mapped.
        entries: the index: one entry for each record of the data set, by `ecg_id`.
        rate_hz: samples per second.
        folder: where it lies.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        entries: dict[int, Entry],
        signals: NDArray[np.int16],
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.rate_hz = manifest.rate_hz
        self.entries = entries
        self.signals = signals

    @classmethod
    def open(cls, folder: Path, index: Iterable[Entry] | None = None) -> "SignalStore":
        """Open a store that `prepare` made; maps the signals, reads none.

        Args:
            folder: where it lies.
            index: its entries, from whoever has just written them; by default they are read.

        Raises:
            DataError: there is none, or it is incomplete or damaged.
        """
        manifest = Manifest.read(folder)
        if manifest is None:
            raise DataError(f"no signal store in {folder}; make one with `twelvelead prepare DATA`.")
        # The index before the signals: what it names was in `signals.npy` before it was written, so
        # that the two fit even where another process prepares the store anew in this moment.
        entries = {entry.ecg_id: entry for entry in (read_index(folder) if index is None else index)}
        path = folder / SIGNALS_FILE
        try:
            mapped = np.lib.format.open_memmap(path, mode="r")
        except (OSError, ValueError, SyntaxError, TokenError) as error:
            raise DataError(f"{path} is damaged ({error}); delete {folder} and prepare again.") from error
        shape = (manifest.samples, len(LEADS))
        rows = max([manifest.rows, *(entry.row + 1 for entry in entries.values())])
        if mapped.dtype != np.dtype("<i2") or mapped.shape[1:] != shape or len(mapped) < rows:
            raise DataError(f"{path} does not fit its manifest; delete {folder} and prepare again.")
        if not entries:
            raise DataError(f"{folder} has no table of records; delete it and prepare again.")
        # A plain view: numpy's memmap subclass costs time at every indexing.
        return cls(folder, manifest, entries, mapped.view(np.ndarray))

    @property
    def problems(self) -> list[Entry]:
        """Entries that are not plainly ok: left out, or kept with a remark."""
        return [entry for entry in self.entries.values() if entry.status != OK]

    def rows_of(self, ecg_ids: Iterable[int]) -> NDArray[np.int64]:
        """The row of each record in `signals`, -1 for a record that the store does not have."""
        entries = self.entries
        rows = [entries[i].row if i in entries else -1 for i in ecg_ids]
        return np.array(rows, dtype=np.int64)
