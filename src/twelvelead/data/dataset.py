"""Records of a store with their labels, handed out in whole batches.

A batch is gathered by one indexing of the memory map: no object and no call per record.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from twelvelead.data.read_ahead import ReadAhead
from twelvelead.leads import UNITS_PER_MV

__all__ = ["Batch", "RecordDataset", "iterate_batches", "shuffled"]


Labels = NDArray[np.uint8] | NDArray[np.float32]


class Batch(NamedTuple):
    """Signals and labels of some records."""

    signals: torch.Tensor
    """`(batch, time, lead)` float32, millivolts."""
    labels: torch.Tensor
    """`(batch, class)` float32, 0 to 1."""


class RecordDataset(Dataset[Batch]):
    """A map-style dataset over rows of a signal store.

    An int gives one record, without the batch axis; a list of ints gives a whole batch. In a PyTorch
    `DataLoader` use `batch_size=None` and a `BatchSampler`, so that it asks for whole batches:

        sampler = BatchSampler(RandomSampler(dataset), batch_size=32, drop_last=False)
        loader = DataLoader(dataset, sampler=sampler, batch_size=None)

    Args:
        signals: `(row, time, lead)` int16, 1,000 units per mV.
        rows: the rows that belong to the dataset, `(record,)`.
        labels: multi-hot `(record, class)`, in the order of `rows`; or soft ones, 0 to 1.
    """

    def __init__(self, signals: NDArray[np.int16], rows: NDArray[np.int64], labels: Labels) -> None:
        assert len(rows) == len(labels)
        self._signals = signals
        self._rows = rows
        self._labels = labels
        self._read_ahead = ReadAhead(signals)

    def announce(self, index: NDArray[np.int64]) -> None:
        """Say which records will be asked for soon, so that the disk has begun to read them by then."""
        self._read_ahead.ask(self._rows[index])

    @property
    def labels(self) -> Labels:
        """`(record, class)`, 0 to 1."""
        return self._labels

    def with_labels(self, labels: Labels) -> "RecordDataset":
        """The same records with other labels."""
        return RecordDataset(self._signals, self._rows, labels)

    @property
    def time(self) -> int:
        """Samples of a record."""
        return int(self._signals.shape[1])

    @property
    def leads(self) -> int:
        """Leads of a record."""
        return int(self._signals.shape[2])

    @property
    def signal_bytes(self) -> int:
        """What the signals of these records take, as they are stored."""
        return len(self) * self.time * self.leads * self._signals.itemsize

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int | Sequence[int] | NDArray[np.int64]) -> Batch:
        # One record is a view of the read-only map, which PyTorch must not get; many are a copy.
        return self._batch(self._signals[self._rows[index]], index)

    def pieces(self, index: NDArray[np.int64], starts: NDArray[np.int64], samples: int) -> Batch:
        """A piece of each record, `(batch, samples, lead)`; only the pieces are read.

        Args:
            index: positions of the records.
            starts: first sample of each record's piece.
            samples: length of a piece.
        """
        if samples == self.time:
            return self[index]
        times = starts[:, None] + np.arange(samples)
        return self._batch(self._signals[self._rows[index][:, None], times], index)

    def _batch(self, units: NDArray[np.int16], index: int | Sequence[int] | NDArray[np.int64]) -> Batch:
        signals = torch.from_numpy(np.require(units, requirements="W"))
        labels = torch.from_numpy(np.require(self._labels[index], requirements="W"))
        return Batch(signals.to(torch.float32).div_(UNITS_PER_MV), labels.to(torch.float32))


def shuffled(count: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order of `count` records in an epoch; depends on nothing but the arguments."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def iterate_batches(dataset: RecordDataset, order: NDArray[np.int64], batch_size: int) -> Iterator[Batch]:
    """Batches of `dataset` in the given order; the last one may be smaller."""
    for start in range(0, len(order), batch_size):
        yield dataset[order[start : start + batch_size]]
