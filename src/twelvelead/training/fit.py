"""Train a classifier: set up, go through the epochs, keep the best one.

By default the assignment's recipe: Adam at 1e-3, batches of 32, 50 epochs, `ReduceLROnPlateau(patience=5)`, the epoch
of least validation loss.
A training that was killed goes on after its last whole epoch, to the same result as one that was not.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from twelvelead.config import Keep, TrainOptions
from twelvelead.data.dataset import RecordDataset, shuffled
from twelvelead.errors import ConfigError, DataError
from twelvelead.evaluation.metrics import macro_auc
from twelvelead.evaluation.thresholds import BEST_F1, choose_thresholds
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier, save_classifier
from twelvelead.models.classifier import Classifier
from twelvelead.training.averaging import WeightAverage
from twelvelead.training.batches import Share, TrainingBatch, steps_per_epoch, training_batches
from twelvelead.training.history import Epoch, TensorBoard, write_history
from twelvelead.training.loop import train_epoch, validate
from twelvelead.training.loss import LabelLoss, positive_weights
from twelvelead.training.optimizer import make_optimizer
from twelvelead.training.others import check_parent, noticing_lost_processes
from twelvelead.training.placement import in_one_kernel, placed
from twelvelead.training.run_folder import MODEL_FOLDER
from twelvelead.training.schedule import make_schedule
from twelvelead.training.state import Moving, Progress, load_state, save_state
from twelvelead.training.whole_batch import see_whole_batches
from twelvelead.training.whole_norm import WholeBatch

__all__ = ["FitResult", "Watcher", "fit", "score_of"]


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
        classifier: with the weights to start from. Where several processes train, its normalisations and dropouts are
            replaced by those of `whole_batch.py`.
        train_set, val_set: the parts; the test part is not needed and not given.
        options: the recipe.
        run: folder for state, history and model.
        resume: go on from the state in `run`, if there is one.
        watcher: told of steps and epochs.

    Raises:
        DataError: the loss is no longer a number.
        LostProcess: another process of the training has ended.
        KeyboardInterrupt: Ctrl-C came before the first epoch's end.
    """
    batch = WholeBatch(fabric.global_rank, fabric.world_size)
    if batch.of > 1:
        see_whole_batches(classifier, batch)
    optimizer = make_optimizer(classifier, options, in_one_kernel(fabric, options))
    average = WeightAverage(classifier, options.average) if options.average else None
    model, wrapped = fabric.setup(classifier, optimizer)
    if average:
        average.classifier.to(fabric.device)
    scored = placed(val_set, fabric.device, options.resident)
    train_set = placed(train_set, fabric.device, options.resident)
    # After `setup`, which moves the weights: Adam's moments follow them to their device.
    schedule = make_schedule(optimizer, options, steps_per_epoch(len(train_set), options.batch_size))
    moving = Moving(classifier, optimizer, schedule, average, fabric.strategy.precision, Progress([]))
    if resume:
        load_state(run, moving)
        _require_same_state(fabric, moving.progress, run)
    board = TensorBoard(run / "tensorboard") if fabric.is_global_zero else None
    stopped: BaseException | None = None
    try:
        while not _finished(moving.progress, options):
            with noticing_lost_processes(fabric):
                epoch = _one_epoch(fabric, model, wrapped, moving, train_set, scored, options, batch, watcher)
            schedule.after_epoch(epoch.val_loss)
            best = moving.progress.add(epoch, score_of(epoch, options.keep))
            if fabric.is_global_zero:
                if best:
                    save_classifier(moving.shown, run / MODEL_FOLDER)
                write_history(run, moving.progress.epochs)
                save_state(run, moving)
            if board:
                board.add(epoch)
            if watcher:
                watcher.end_epoch(epoch, best)
            with noticing_lost_processes(fabric):
                fabric.barrier()
    except (KeyboardInterrupt, LossError) as error:
        stopped = error
    finally:
        if board:
            board.close()
    progress = moving.progress
    _finish(fabric, val_set, run, progress, stopped)
    return FitResult(progress.epochs, progress.best_epoch, stopped is not None)


def _require_same_state(fabric: Fabric, progress: Progress, run: Path) -> None:
    """Every process must have found the state that the first one wrote."""
    if fabric.world_size == 1:
        return
    most = torch.tensor(len(progress.epochs), device=fabric.device)
    torch.distributed.all_reduce(most, torch.distributed.ReduceOp.MAX)
    if int(most) > len(progress.epochs):
        raise ConfigError(f"not all processes see the training in {run}; put it into a folder that all machines share.")


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
        with noticing_lost_processes(fabric):
            fabric.barrier()


class LossError(ArithmeticError):
    """The loss is no number any more."""


def _one_epoch(
    fabric: Fabric,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    moving: Moving,
    train_set: RecordDataset,
    val_set: RecordDataset,
    options: TrainOptions,
    batch: WholeBatch,
    watcher: Watcher | None,
) -> Epoch:
    start = time.perf_counter()
    number = len(moving.progress.epochs) + 1
    rate = moving.optimizer.param_groups[0]["lr"]
    # Dropout depends on seed and epoch only: a resumed training draws what it would have drawn; so do all processes.
    fabric.seed_everything(_epoch_seed(options.seed, number), verbose=False)
    if watcher:
        watcher.begin_epoch(number, steps_per_epoch(len(train_set), options.batch_size))

    def after_step(records: int, loss: Tensor) -> None:
        check_parent()
        moving.schedule.after_step()
        if moving.average:
            moving.average.update(moving.classifier)
        if watcher:
            watcher.step(records, loss)

    share = Share(fabric.global_rank, fabric.world_size)
    rate_hz = moving.classifier.info.rate_hz
    order = shuffled(len(train_set), options.seed, number)
    batches = training_batches(train_set, order, options, rate_hz, number, fabric.device, share)
    noted = _noting_size(batches, batch)
    train_loss = train_epoch(
        fabric, model, optimizer, noted, options.clip, _loss(fabric, train_set, options), after_step
    )
    scores = validate(fabric, moving.shown if moving.average else model, val_set)
    if not (scores.loss < float("inf") and train_loss < float("inf")):
        raise LossError(f"the loss of epoch {number} is not a number any more; lower --lr or set --clip.")
    area = macro_auc(scores.labels, scores.probabilities)
    seconds = time.perf_counter() - start
    return Epoch(number, train_loss, scores.loss, area, rate, seconds)


def _loss(fabric: Fabric, train_set: RecordDataset, options: TrainOptions) -> LabelLoss:
    weights = positive_weights(train_set.labels, options.class_weights)
    return LabelLoss(options.label_smoothing, None if weights is None else fabric.to_device(torch.from_numpy(weights)))


def _noting_size(batches: Iterable[TrainingBatch], whole: WholeBatch) -> Iterator[TrainingBatch]:
    for batch in batches:
        whole.records = batch.records
        yield batch


def score_of(epoch: Epoch, keep: Keep) -> float:
    """What an epoch is kept for; more is better."""
    if keep == "last":
        return float(epoch.epoch)
    if keep == "auc" and epoch.val_macro_auc is not None:
        return epoch.val_macro_auc
    return -epoch.val_loss


def _finished(progress: Progress, options: TrainOptions) -> bool:
    done = len(progress.epochs)
    idle = done - progress.best_epoch
    return done >= options.epochs or bool(options.early_stop and done and idle >= options.early_stop)


def _choose_thresholds(fabric: Fabric, val_set: RecordDataset, run: Path) -> None:
    """Thresholds of the kept epoch, from the validation part, saved with the model."""
    kept = load_classifier(run / MODEL_FOLDER, fabric.device)
    scores = Predictor(kept).predict_dataset(val_set)
    kept.set_thresholds(choose_thresholds(val_set.labels.astype(np.uint8), scores), BEST_F1.description)
    save_classifier(kept, run / MODEL_FOLDER)


def _epoch_seed(seed: int, epoch: int) -> int:
    return (seed * 1_000_003 + epoch * 1_009) % 2**32
