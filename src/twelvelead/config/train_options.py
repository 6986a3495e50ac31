"""How a training goes: network, recipe, engine."""

from dataclasses import dataclass
from typing import Literal

from twelvelead.config.checks import flag_of, require, require_choices

__all__ = ["DEMO_EPOCHS", "DEMO_RECORDS", "Device", "Precision", "TrainOptions"]

DEMO_RECORDS = 2000
DEMO_EPOCHS = 8
"""Size of the demonstration: about two minutes on two cores."""

Precision = Literal["32", "bf16", "16"]
Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """How to train. The defaults are the assignment's recipe."""

    network: str = "cnn_lstm"
    """Network, by the name of its file in twelvelead.models."""
    epochs: int = 50
    """Passes over the training part."""
    batch_size: int = 32
    """Records of a step, over all devices together."""
    lr: float = 1e-3
    """Adam's learning rate at the start."""
    patience: int = 5
    """Epochs without a better validation loss that are borne; after one more the learning rate is divided by 10."""
    early_stop: int = 0
    """Stop after this many epochs without a better validation loss; 0: never."""
    clip: float = 0.0
    """Largest norm of the gradient; 0: no clipping."""
    seed: int = 0
    """Seed of weights, order and dropout."""
    precision: Precision = "32"
    """Number format of the arithmetic: 32, or mixed with bf16 or 16. bf16 is slow on a CPU that lacks it."""
    device: Device = "auto"
    """Where to compute; auto takes the GPU if there is one."""
    devices: int = 1
    """Devices (GPUs, or processes on a CPU) of each machine. Each normalises its own share of a batch (BatchNorm)."""
    nodes: int = 1
    """Machines; start the command on each with torchrun or SLURM."""
    threads: int = 0
    """CPU threads of a process; 0: as many as there are cores."""

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "devices", "nodes"):
            require(getattr(self, name) >= 1, flag_of(name), getattr(self, name), "1 or more")
        for name in ("patience", "early_stop", "threads", "seed"):
            require(getattr(self, name) >= 0, flag_of(name), getattr(self, name), "0 or more")
        require(self.seed < 2**32, "--seed", self.seed, "less than 4,294,967,296")
        require(0 < self.lr < 10, "--lr", self.lr, "greater than 0 and less than 10")
        require(self.clip >= 0, "--clip", self.clip, "0 or more")
        require_choices(self)
