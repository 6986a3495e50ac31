"""Train a classifier: set up, go through the epochs, keep the one with the least validation loss.

By default the assignment's recipe: Adam at 1e-3, batches of 32, 50 epochs, `ReduceLROnPlateau(patience=5)`.
A training that was killed goes on after its last whole epoch, to the same result as one that was not.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from twelvelead.config import TrainOptions
from twelvelead.data.dataset import RecordDataset, shuffled
from twelvelead.errors import DataError
from twelvelead.evaluation.metrics import auc, macro
from twelvelead.evaluation.thresholds import BEST_F1, choose_thresholds
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier, save_classifier
from twelvelead.models.classifier import Classifier
from twelvelead.training.history import Epoch, TensorBoard, write_history
from twelvelead.training.loop import train_epoch, validate
from twelvelead.training.run_folder import MODEL_FOLDER
from twelvelead.training.state import Progress, load_state, save_state

__all__ = ["FitResult", "Watcher", "fit"]


class Watcher(Protocol):
    """Sees the training as it goes, for a progress bar; see `twelvelead.progress`."""

    def begin_epoch(self, epoch: int, steps: int) -> None:
        """Epoch `epoch` (from 1) of `steps` steps begins."""

    def step(self, records: int, loss: Tensor) -> None:
        """A step of `records` records is done, with this mean loss (a scalar, maybe still being computed)."""

    def end_epoch(self, epoch: Epoch, best: bool) -> None:
        """The epoch is done; `best` if it is the one to keep so far."""


@dataclass(frozen=True)
class FitResult:
    """What a training ended with; the kept classifier is in the run's `model/`."""

    epochs: list[Epoch]
    best_epoch: int
    """The kept epoch, counted from 1."""
    interrupted: bool
    """Whether it was stopped by hand before its last epoch."""


def fit(
    fabric: Fabric,
    classifier: Classifier,
    train_set: RecordDataset,
    val_set: RecordDataset,
    options: TrainOptions,
    run: Path,
    *,
    resume: bool = False,
    watcher: Watcher | None = None,
) -> FitResult:
    """Train `classifier` and leave the best epoch, with thresholds, in `run/model`.

    Ctrl-C ends the training and keeps the best epoch so far.

    Args:
        fabric: from `make_engine`, launched.
        classifier: with the weights to start from.
        train_set, val_set: the parts; the test part is not needed and not given.
        options: the recipe.
        run: folder for state, history and model.
        resume: go on from the state in `run`, if there is one.
        watcher: told of steps and epochs.

    Raises:
        DataError: the loss is no longer a number.
        KeyboardInterrupt: Ctrl-C came before the first epoch's end.
    """
    optimizer = torch.optim.Adam(classifier.parameters(), lr=options.lr)
    scheduler = ReduceLROnPlateau(optimizer, mode="min", patience=options.patience)
    model, wrapped = fabric.setup(classifier, optimizer)
    # After `setup`, which moves the weights: Adam's moments follow them to their device.
    progress = (load_state(run, classifier, optimizer, scheduler) if resume else None) or Progress([])
    board = TensorBoard(run / "tensorboard") if fabric.is_global_zero else None
    stopped: BaseException | None = None
    try:
        while not _finished(progress, options):
            number = len(progress.epochs) + 1
            epoch = _one_epoch(fabric, model, wrapped, train_set, val_set, options, number, watcher)
            scheduler.step(epoch.val_loss)
            best = epoch.val_loss < progress.best_loss
            if best and fabric.is_global_zero:
                save_classifier(classifier, run / MODEL_FOLDER)
            progress.add(epoch, best)
            if fabric.is_global_zero:
                write_history(run, progress.epochs)
                save_state(run, progress, classifier, optimizer, scheduler)
            if board:
                board.add(epoch)
            if watcher:
                watcher.end_epoch(epoch, best)
            fabric.barrier()
    except (KeyboardInterrupt, LossError) as error:
        stopped = error
    finally:
        if board:
            board.close()
    _finish(fabric, val_set, run, progress, stopped)
    return FitResult(progress.epochs, progress.best_epoch, stopped is not None)


def _finish(
    fabric: Fabric, val_set: RecordDataset, run: Path, progress: Progress, stopped: BaseException | None
) -> None:
    """Thresholds for the kept epoch; no other process is waited for where one may have stopped elsewhere."""
    if not progress.best_epoch:
        if isinstance(stopped, KeyboardInterrupt):
            raise KeyboardInterrupt("stopped before the first epoch was done; nothing is kept.") from None
        raise DataError(f"{stopped} Nothing is kept.") from stopped
    if fabric.is_global_zero:
        _choose_thresholds(fabric, val_set, run)
    if isinstance(stopped, LossError):
        raise DataError(f"{stopped} Epoch {progress.best_epoch} is kept in {run / MODEL_FOLDER}.") from stopped
    if stopped is None:
        fabric.barrier()


class LossError(ArithmeticError):
    """The loss is no number any more."""


def _one_epoch(
    fabric: Fabric,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_set: RecordDataset,
    val_set: RecordDataset,
    options: TrainOptions,
    number: int,
    watcher: Watcher | None,
) -> Epoch:
    start = time.perf_counter()
    rate = optimizer.param_groups[0]["lr"]
    # Dropout depends on seed, epoch and process, so that a resumed training draws what it would have drawn.
    fabric.seed_everything(_epoch_seed(options.seed, number, fabric.global_rank), verbose=False)
    order = shuffled(len(train_set), options.seed, number)
    on_step: Callable[[int, Tensor], None] | None = None
    if watcher:
        watcher.begin_epoch(number, -(-len(order) // options.batch_size))
        on_step = watcher.step
    train_loss = train_epoch(fabric, model, optimizer, train_set, order, options.batch_size, options.clip, on_step)
    scores = validate(fabric, model, val_set)
    if not (scores.loss < float("inf") and train_loss < float("inf")):
        raise LossError(f"the loss of epoch {number} is not a number any more; lower --lr or set --clip.")
    areas = [auc(scores.labels[:, i], scores.probabilities[:, i]) for i in range(scores.labels.shape[1])]
    seconds = time.perf_counter() - start
    return Epoch(number, train_loss, scores.loss, macro(areas)[0], rate, seconds)


def _finished(progress: Progress, options: TrainOptions) -> bool:
    done = len(progress.epochs)
    idle = done - progress.best_epoch
    return done >= options.epochs or bool(options.early_stop and done and idle >= options.early_stop)


def _choose_thresholds(fabric: Fabric, val_set: RecordDataset, run: Path) -> None:
    """Thresholds of the kept epoch, from the validation part, saved with the model."""
    kept = load_classifier(run / MODEL_FOLDER, fabric.device)
    scores = Predictor(kept).predict_dataset(val_set)
    kept.set_thresholds(choose_thresholds(val_set.labels, scores), BEST_F1.description)
    save_classifier(kept, run / MODEL_FOLDER)


def _epoch_seed(seed: int, epoch: int, rank: int) -> int:
    return (seed * 1_000_003 + epoch * 1_009 + rank) % 2**32
