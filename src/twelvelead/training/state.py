"""What a training needs to go on after a kill: one safetensors file, replaced at once after every epoch.

Weights and Adam's moments are tensors of the file; epochs, learning rate and the scheduler's counters are JSON in its
header. Random numbers need no state: order and dropout of an epoch are seeded by (seed, epoch).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from twelvelead.errors import CheckpointError
from twelvelead.files import atomic_path
from twelvelead.training.history import Epoch

__all__ = ["STATE_FILE", "Progress", "load_state", "save_state"]

STATE_FILE = "state.safetensors"


@dataclass
class Progress:
    """How far a training is."""

    epochs: list[Epoch]
    best_epoch: int = 0
    """Epoch with the least validation loss so far, counted from 1; 0: none yet."""
    best_loss: float = float("inf")

    def add(self, epoch: Epoch, best: bool) -> None:
        """Note a finished epoch; `best` if it is now the one to keep."""
        self.epochs.append(epoch)
        if best:
            self.best_epoch, self.best_loss = epoch.epoch, epoch.val_loss


def save_state(
    folder: Path,
    progress: Progress,
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: ReduceLROnPlateau,
) -> None:
    """Write the state after an epoch, atomically."""
    tensors = {f"model.{key}": value for key, value in model.state_dict().items()}
    state = optimizer.state_dict()
    for number, moments in state["state"].items():
        tensors |= {f"optimizer.{number}.{key}": torch.as_tensor(v) for key, v in moments.items()}
    values = {
        "epochs": [asdict(epoch) for epoch in progress.epochs],
        "best_epoch": progress.best_epoch,
        "best_loss": progress.best_loss,
        "groups": state["param_groups"],
        "scheduler": _plain(scheduler.state_dict()),
    }
    packed = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    with atomic_path(folder / STATE_FILE) as temporary:
        save_file(packed, temporary, metadata={"values": json.dumps(values)})


def load_state(folder: Path, model: nn.Module, optimizer: Optimizer, scheduler: ReduceLROnPlateau) -> Progress | None:
    """Put everything back as it was after the last whole epoch; None where no epoch was finished.

    Raises:
        CheckpointError: the file is damaged or of another network.
    """
    path = folder / STATE_FILE
    if not path.is_file():
        return None
    try:
        tensors, values = _read(path)
        model.load_state_dict(_below(tensors, "model."))
        optimizer.load_state_dict(_optimizer_state(tensors, values["groups"]))
        scheduler.load_state_dict(values["scheduler"])
        epochs = [Epoch(**epoch) for epoch in values["epochs"]]
        return Progress(epochs, values["best_epoch"], values["best_loss"])
    except (SafetensorError, RuntimeError, RecursionError, KeyError, TypeError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{path} is not the state of this training: {reason}.") from error


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    with safe_open(path, framework="pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        return tensors, json.loads(file.metadata()["values"])


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


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """The scheduler's counters; its methods and classes are not state."""
    return {key: value for key, value in state.items() if isinstance(value, int | float | str | list)}
