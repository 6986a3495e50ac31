"""What a training needs to go on after a kill: one safetensors file, replaced at once after every epoch.

Weights, their average and Adam's moments are tensors of the file; epochs, learning rate, the schedule's counters and
the scale of a 16 bit loss are JSON in its header. Random numbers need no state: all of an epoch are seeded by (seed,
epoch).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.plugins import Precision
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.optim import Optimizer

from twelvelead.errors import CheckpointError
from twelvelead.files import atomic_path
from twelvelead.models.classifier import Classifier
from twelvelead.training.averaging import WeightAverage
from twelvelead.training.history import Epoch
from twelvelead.training.run_folder import STATE_FILE
from twelvelead.training.schedule import RateSchedule

__all__ = ["Moving", "Progress", "load_state", "save_state"]


@dataclass
class Progress:
    """How far a training is."""

    epochs: list[Epoch]
    best_epoch: int = 0
    """Epoch to keep so far, counted from 1; 0: none yet."""
    best_score: float = float("-inf")
    """What it was chosen for; more is better."""

    def add(self, epoch: Epoch, score: float) -> bool:
        """Note a finished epoch; True if it is now the one to keep."""
        self.epochs.append(epoch)
        best = score > self.best_score
        if best:
            self.best_epoch, self.best_score = epoch.epoch, score
        return best


@dataclass
class Moving:
    """All that changes in the course of a training."""

    classifier: Classifier
    optimizer: Optimizer
    schedule: RateSchedule
    average: WeightAverage | None
    precision: Precision
    progress: Progress

    @property
    def shown(self) -> Classifier:
        """The classifier that is validated and kept: the average where there is one."""
        return self.average.classifier if self.average else self.classifier


def save_state(folder: Path, moving: Moving) -> None:
    """Write the state after an epoch, atomically."""
    tensors = {f"model.{key}": value for key, value in moving.classifier.state_dict().items()}
    if moving.average:
        tensors |= {f"average.{key}": value for key, value in moving.average.state().items()}
    state = moving.optimizer.state_dict()
    for number, moments in state["state"].items():
        tensors |= {f"optimizer.{number}.{key}": torch.as_tensor(v) for key, v in moments.items()}
    progress = moving.progress
    values = {
        "epochs": [asdict(epoch) for epoch in progress.epochs],
        "best_epoch": progress.best_epoch,
        "best_score": progress.best_score,
        "groups": state["param_groups"],
        "schedule": moving.schedule.state(),
        "precision": moving.precision.state_dict(),
    }
    packed = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    with atomic_path(folder / STATE_FILE) as temporary:
        save_file(packed, temporary, metadata={"values": json.dumps(values)})


def load_state(folder: Path, moving: Moving) -> None:
    """Put everything back as it was after the last whole epoch; nothing to do where no epoch was finished.

    Raises:
        CheckpointError: the file is damaged or of another network or recipe.
    """
    path = folder / STATE_FILE
    if not path.is_file():
        return
    try:
        tensors, values = _read(path)
        moving.classifier.load_state_dict(_below(tensors, "model."))
        if moving.average:
            moving.average.restore(_below(tensors, "average."))
        groups = [saved | _kernels(own) for saved, own in zip(values["groups"], moving.optimizer.param_groups)]
        moving.optimizer.load_state_dict(_optimizer_state(tensors, groups))
        moving.schedule.restore(values["schedule"])
        if values.get("precision"):  # nothing where the loss was not scaled, on another device for example
            moving.precision.load_state_dict(values["precision"])
        epochs = [Epoch(**epoch) for epoch in values["epochs"]]
        moving.progress = Progress(epochs, values["best_epoch"], values["best_score"])
    except (SafetensorError, RuntimeError, RecursionError, KeyError, TypeError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{path} is not the state of this training: {reason}.") from error


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    with safe_open(path, framework="pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        return tensors, json.loads(file.metadata()["values"])


def _kernels(group: dict[str, Any]) -> dict[str, Any]:
    """How the optimiser computes, which is this device's affair and not the recipe's."""
    return {key: group[key] for key in ("foreach", "fused", "capturable")}


def _optimizer_state(tensors: dict[str, Tensor], groups: list[dict[str, Any]]) -> dict[str, Any]:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in _below(tensors, "optimizer.").items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = value
    for group in groups:
        if isinstance(group.get("betas"), list):
            group["betas"] = tuple(group["betas"])
    return {"state": state, "param_groups": groups}


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
