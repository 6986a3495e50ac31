"""Records held in a device's memory: a batch is gathered there, and only positions cross from the host.

What is on its way to a GPU is never waited for: it lies in memory that the GPU reads by itself (pinned).
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from twelvelead.data.dataset import Batch, RecordDataset
from twelvelead.leads import UNITS_PER_MV

__all__ = ["ResidentDataset", "fits", "moved"]

CHUNK_RECORDS = 256

MOST_OF_FREE = 0.5
"""Share of a GPU's free memory that records may take; the rest is for weights, gradients and what lies between."""


def moved(tensor: Tensor, device: torch.device) -> Tensor:
    """`tensor` on `device`, without waiting for a GPU's earlier work."""
    if device.type == "cuda" and tensor.device.type == "cpu":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)


def fits(dataset: RecordDataset, device: torch.device) -> bool:
    """Whether the records find room in the memory of a GPU beside a training."""
    free, _ = torch.cuda.mem_get_info(device)
    return dataset.signal_bytes <= MOST_OF_FREE * free


class ResidentDataset(RecordDataset):
    """The records of `dataset`, all of them copied to `device`; batches are on it, and equal to the dataset's own."""

    def __init__(self, dataset: RecordDataset, device: torch.device) -> None:
        super().__init__(dataset._signals, dataset._rows, dataset._labels)
        self._device = device
        self._units = torch.empty((len(dataset), dataset.time, dataset.leads), dtype=torch.int16, device=device)
        # A tensor, because CUDA multiplies by the reciprocal of a plain number: another last bit.
        self._units_per_mv = torch.tensor(float(UNITS_PER_MV), device=device)
        self._targets = torch.from_numpy(np.require(dataset.labels, np.float32, "W")).to(device)
        order = np.arange(len(dataset))
        for start in range(0, len(order), CHUNK_RECORDS):
            dataset.announce(order[start + CHUNK_RECORDS : start + 2 * CHUNK_RECORDS])
            rows = self._rows[start : start + CHUNK_RECORDS]
            self._units[start : start + len(rows)] = torch.from_numpy(self._signals[rows])

    def announce(self, index: NDArray[np.int64]) -> None:
        """Nothing to do: no disk is asked any more."""

    def __getitem__(self, index: int | Sequence[int] | NDArray[np.int64]) -> Batch:
        at = self._sent(np.asarray(index))
        return self._millivolts(self._units[at], at)

    def pieces(self, index: NDArray[np.int64], starts: NDArray[np.int64], samples: int) -> Batch:
        """As `RecordDataset.pieces`."""
        if samples == self.time:
            return self[index]
        at, begins = self._sent(index), self._sent(starts)
        times = begins[:, None] + torch.arange(samples, device=self._device)
        return self._millivolts(self._units[at[:, None], times], at)

    def _sent(self, positions: NDArray[np.int64]) -> Tensor:
        return moved(torch.from_numpy(positions), self._device)

    def _millivolts(self, units: Tensor, at: Tensor) -> Batch:
        return Batch(units.to(torch.float32).div_(self._units_per_mv), self._targets[at])
