"""ECGs trained on per second, each way with its own data loading: same weights, batches, order and dropout, float32.

First both are trained step by step and their losses compared; then longer blocks are timed in turns.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader

import allocator
import assignment_way
from table import Findings, check, row
from timing import take_turns
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset, shuffled
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.models.kept_memory import keep_freed_memory
from twelvelead.training.batches import Share, training_batches
from twelvelead.training.engine import make_engine
from twelvelead.training.loop import train_epoch
from twelvelead.training.train import new_classifier

COMPARED_STEPS = 20
ALONE = Share(0, 1)

Order = NDArray[np.int64]
Block = Callable[[Order, int], float]
"""Train on the records of an order (positions in the training part), the first step having this number; mean loss."""


class Seeded:
    """A loader that sets PyTorch's seed before each batch, so that both ways draw the same dropout."""

    def __init__(self, loader: DataLoader[tuple[Tensor, Tensor]], first_step: int) -> None:
        self._loader, self._first_step = loader, first_step

    def __len__(self) -> int:
        return len(self._loader)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for step, batch in enumerate(self._loader, start=self._first_step):
            torch.manual_seed(step)
            yield batch


def compare(data: Path, store: Path, quick: bool) -> Findings:
    """Compare the losses, then time both ways."""
    batch, steps, rounds = (4, 2, 1) if quick else (32, 10, 9)
    parts = load_parts(data, DataOptions(store=store, split="stratified", split_by="record"))
    ours, theirs = _both_ways(parts, batch)
    order = _endless_order(len(parts.split.train), batch * (COMPARED_STEPS + steps * (rounds + 1)))
    curves: list[tuple[float, float]] = []
    for step in range(COMPARED_STEPS):
        now = order[step * batch :][:batch]
        curves.append((theirs(now, step), ours(now, step)))

    position = {theirs: COMPARED_STEPS, ours: COMPARED_STEPS}

    def next_block(way: Block) -> None:
        step = position[way]
        way(order[step * batch :][: steps * batch], step)
        position[way] = step + steps

    take_turns(1, lambda: next_block(theirs), lambda: next_block(ours))  # warm up
    times = take_turns(rounds, lambda: next_block(theirs), lambda: next_block(ours))
    rates = [steps * batch / seconds for seconds in times.medians]
    difference = max(abs(a - b) for a, b in curves)
    return Findings(
        [row(f"training, batches of {batch}", "ECG/s", *rates, 1.5)],
        [check(f"loss in each of {COMPARED_STEPS} training steps", difference, 1e-4)],
        {
            "batch": batch,
            "steps_a_round": steps,
            "losses": [list(pair) for pair in curves],
            "assignment_s": times.assignment,
            "twelvelead_s": times.twelvelead,
        },
    )


def _both_ways(parts: DataParts, batch: int) -> tuple[Block, Block]:
    """Our and the assignment's training of networks with the same weights on the same training part."""
    torch.manual_seed(0)
    options = TrainOptions(batch_size=batch)
    fabric = make_engine(options)
    _, rows, labels = parts.part("train")
    classifier = new_classifier(parts, options, Standardizer.fit(parts.store.signals, rows))
    plain = assignment_way.CNN_LSTM(num_classes=labels.shape[1]).to(fabric.device)
    plain.load_state_dict(classifier.network.state_dict())

    dataset = RecordDataset(parts.store.signals, rows, labels)
    model, optimizer = fabric.setup(classifier, torch.optim.Adam(classifier.parameters(), lr=options.lr))

    def ours(order: Order, first_step: int) -> float:
        keep_freed_memory()
        seeds = iter(range(first_step + 1, first_step + 1 + len(order)))
        torch.manual_seed(first_step)
        batches = training_batches(dataset, order, options, parts.store.rate_hz, 1, fabric.device, ALONE)
        return train_epoch(fabric, model, optimizer, batches, on_step=lambda *_: torch.manual_seed(next(seeds)))

    X, _ = assignment_way.load_ptbxl_data(str(parts.data_dir))
    split = parts.split
    X_train, _, _, _ = assignment_way.normalize_ecg(X[split.train], X[split.val], X[split.test])
    plain_dataset = assignment_way.ECGDataset(X_train, labels)
    criterion, plain_optimizer = assignment_way.new_training(plain, options.lr)

    def theirs(order: Order, first_step: int) -> float:
        allocator.as_in_a_plain_script()
        loader = DataLoader(plain_dataset, batch_size=batch, sampler=order.tolist())
        loss: float = assignment_way.train_epoch(
            plain, Seeded(loader, first_step), criterion, plain_optimizer, fabric.device
        )
        return loss

    return ours, theirs


def _endless_order(records: int, count: int) -> Order:
    epochs = [shuffled(records, 0, epoch) for epoch in range(-(-count // records))]
    return np.concatenate(epochs)[:count]
