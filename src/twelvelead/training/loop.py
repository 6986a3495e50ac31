"""One pass over the training part, one over the validation part. Plain functions, the same for any number of processes.

The loss is weighted so that the averaged gradient of all processes is the gradient of the batch's mean.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer

from twelvelead.data.dataset import RecordDataset
from twelvelead.data.resident import moved
from twelvelead.training.batches import TrainingBatch
from twelvelead.training.loss import LabelLoss

__all__ = ["Validation", "train_epoch", "validate"]

VALIDATION_BATCH = 64


class Validation(NamedTuple):
    """Scores of a pass over a part."""

    loss: float
    """Binary cross-entropy, mean over records and classes."""
    labels: NDArray[np.uint8]
    """`(record, class)`"""
    probabilities: NDArray[np.float64]
    """`(record, class)`, 0 to 1."""


def train_epoch(
    fabric: Fabric,
    model: nn.Module,
    optimizer: Optimizer,
    batches: Iterable[TrainingBatch],
    clip: float = 0.0,
    loss_of: LabelLoss | None = None,
    on_step: Callable[[int, Tensor], None] | None = None,
) -> float:
    """Train on all batches once.

    Args:
        batches: this process's shares.
        clip: largest gradient norm; 0 for none.
        loss_of: gives the sum of a share; default: plain binary cross-entropy.
        on_step: called after each step with the batch's number of records and this process's mean loss over its
            share, a tensor: reading its value makes a GPU wait.

    Returns:
        Mean loss over the records, in training mode (dropout on, weights changing), by `loss_of`; `validate` gives the
        plain one.
    """
    model.train()
    loss_of = loss_of or LabelLoss()
    total = torch.zeros((), dtype=torch.float64, device=fabric.device)
    records = 0
    for batch in batches:
        optimizer.zero_grad()
        losses = loss_of(model(batch.signals), batch.labels)
        loss = losses * (fabric.world_size / (batch.records * batch.labels.shape[1]))
        fabric.backward(loss)
        if clip:
            # With 16 bits an infinite norm is no error: the step is left out, and the loss scaled less.
            fabric.clip_gradients(model, optimizer, max_norm=clip, error_if_nonfinite=False)
        optimizer.step()
        total += losses.detach().double() / batch.labels.shape[1]
        records += batch.records
        if on_step:
            on_step(batch.records, losses.detach() / max(1, batch.labels.numel()))
    return float(fabric.all_reduce(total, reduce_op="sum")) / records  # type: ignore[arg-type]


@torch.no_grad()
def validate(fabric: Fabric, model: nn.Module, dataset: RecordDataset) -> Validation:
    """Score a whole part; exact for any number of processes, each record counted once."""
    model.eval()
    outputs: list[Tensor] = []
    targets: list[Tensor] = []
    for batch, share in _shares(fabric, dataset, VALIDATION_BATCH):
        signals, labels = (moved(tensor, fabric.device) for tensor in dataset[share])
        logits = model(signals).float()
        outputs.append(_gather(fabric, logits, len(batch)))
        targets.append(_gather(fabric, labels, len(batch)))
    logits, labels = torch.cat(outputs).double().cpu(), torch.cat(targets).double().cpu()
    loss = functional.binary_cross_entropy_with_logits(logits, labels)
    return Validation(float(loss), labels.numpy().astype(np.uint8), torch.sigmoid(logits).numpy())


def _shares(
    fabric: Fabric, dataset: RecordDataset, batch_size: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Each batch and this process's share of it; every process gets the same number of batches."""
    order = np.arange(len(dataset))
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        dataset.announce(order[start + batch_size : start + 2 * batch_size][fabric.global_rank :: fabric.world_size])
        yield batch, batch[fabric.global_rank :: fabric.world_size]


def _gather(fabric: Fabric, rows: Tensor, count: int) -> Tensor:
    """The rows of all processes in the batch's own order; shares may differ in length by one."""
    if fabric.world_size == 1:
        return rows
    longest = -(-count // fabric.world_size)
    padded = rows.new_zeros(longest, rows.shape[1])
    padded[: len(rows)] = rows
    gathered = [torch.empty_like(padded) for _ in range(fabric.world_size)]
    torch.distributed.all_gather(gathered, padded)
    return torch.stack(gathered, dim=1).reshape(-1, rows.shape[1])[:count]
