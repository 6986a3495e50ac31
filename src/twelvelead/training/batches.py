"""The batches of an epoch: which records, which piece of each, changed and mixed how; each process gets its share.

A batch is the same set of signals whatever the number of processes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from twelvelead.config import TrainOptions
from twelvelead.data.dataset import Batch, RecordDataset
from twelvelead.data.resident import moved
from twelvelead.training.augment import Changes, change, draw_changes

__all__ = ["Share", "TrainingBatch", "steps_per_epoch", "training_batches"]


AHEAD = 4
"""So many batches before its turn a batch is asked of the disk."""


class TrainingBatch(NamedTuple):
    """One process's share of a batch."""

    records: int
    """Of the whole batch, over all processes."""
    signals: Tensor
    """`(share, time, lead)` float32, millivolts."""
    labels: Tensor
    """`(share, class)` float32, 0 to 1."""


class Share(NamedTuple):
    """Which process this is."""

    rank: int
    of: int
    """Processes."""


@dataclass(frozen=True)
class _Plan:
    """What chance decided about a batch."""

    records: NDArray[np.int64]
    """Positions in the dataset."""
    starts: NDArray[np.int64]
    """First sample of each record's piece."""
    cut: int
    """Samples of a piece as it is taken."""
    length: int
    """Samples of a piece as it is given."""
    changes: Changes
    partners: NDArray[np.int64] | None
    """Which record of the batch each is mixed with."""
    weights: NDArray[np.float32] | None
    """Of the record itself in that mixture, `(record, 1)`."""


def steps_per_epoch(records: int, batch_size: int) -> int:
    """Batches of an epoch; the last one may be smaller."""
    return math.ceil(records / batch_size)


def training_batches(
    dataset: RecordDataset,
    order: NDArray[np.int64],
    options: TrainOptions,
    rate_hz: int,
    epoch: int,
    device: torch.device,
    share: Share,
) -> Iterator[TrainingBatch]:
    """The batches of epoch `epoch` (from 1) on `device`: the records at `order`, the same in every process."""
    ahead = AHEAD * options.batch_size
    dataset.announce(order[:ahead])
    for number, start in enumerate(range(0, len(order), options.batch_size)):
        records = order[start : start + options.batch_size]
        following = order[start + ahead : start + ahead + options.batch_size]
        dataset.announce(following if options.mixup else following[share.rank :: share.of])
        rng = np.random.default_rng([options.seed, epoch, number])
        plan = _plan(dataset, options, rate_hz, records, rng)
        own = np.arange(share.rank, len(records), share.of)
        yield TrainingBatch(len(records), *_mixed(dataset, plan, own, rate_hz, device))


def _plan(
    dataset: RecordDataset, options: TrainOptions, rate_hz: int, records: NDArray[np.int64], rng: np.random.Generator
) -> _Plan:
    count, time = len(records), dataset.time
    length = round(options.crop_s * rate_hz) or time
    cut = length
    if options.stretch:
        cut = min(time, round(length * math.exp(rng.uniform(-options.stretch, options.stretch))))
    partners, weights = None, None
    if options.mixup:
        drawn = rng.beta(options.mixup, options.mixup, (count, 1))
        partners, weights = rng.permutation(count), np.maximum(drawn, 1 - drawn).astype(np.float32)
    starts = rng.integers(0, time - cut, count, endpoint=True)
    return _Plan(records, starts, cut, length, draw_changes(options, rng, count, dataset.leads), partners, weights)


def _mixed(
    dataset: RecordDataset, plan: _Plan, own: NDArray[np.int64], rate_hz: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    signals, labels = _pieces(dataset, plan, own, rate_hz, device)
    if plan.partners is None or plan.weights is None:
        return signals, labels
    others, other_labels = _pieces(dataset, plan, plan.partners[own], rate_hz, device)
    weight = moved(torch.from_numpy(plan.weights[own]), device)
    return torch.lerp(others, signals, weight[:, None]), torch.lerp(other_labels, labels, weight)


def _pieces(dataset: RecordDataset, plan: _Plan, own: NDArray[np.int64], rate_hz: int, device: torch.device) -> Batch:
    """The pieces of these records of the batch, changed."""
    batch = dataset.pieces(plan.records[own], plan.starts[own], plan.cut)
    signals, labels = (moved(tensor, device) for tensor in batch)
    if not len(own):  # fewer records in the batch than there are processes
        signals = signals.new_zeros(0, plan.length, dataset.leads)
    elif plan.cut != plan.length:
        turned = functional.interpolate(signals.permute(0, 2, 1), size=plan.length, mode="linear")
        signals = turned.permute(0, 2, 1)
    return Batch(change(signals, plan.changes, own, rate_hz), labels)
