"""What a training that ended too early leaves, in words: for the last line that a user sees of it."""

import json
import shlex
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from twelvelead.training.run_folder import CONFIG_FILE, STATE_FILE

__all__ = ["how_far", "is_lack_of_memory"]


def how_far(run: Path) -> str:
    """How many epochs of the training in `run` are saved, and the command that goes on from there."""
    command = f"twelvelead train --config {shlex.quote(str(run / CONFIG_FILE))} --out {shlex.quote(str(run))}"
    epochs = _saved_epochs(run)
    if not epochs:
        return f"no epoch is saved; begin again with: {command}"
    return f"epoch {epochs} is saved; go on with: {command} --resume"


def is_lack_of_memory(error: BaseException) -> bool:
    """Whether Python, or PyTorch for its device or the CPU, found no memory."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def _saved_epochs(run: Path) -> int:
    try:
        with safe_open(run / STATE_FILE, "np") as file:
            return len(json.loads(file.metadata()["values"])["epochs"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        return 0
