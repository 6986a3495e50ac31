"""How a training goes: network, recipe, engine."""

import math
from dataclasses import dataclass
from typing import Literal

from twelvelead.config.checks import flag_of, require, require_choices
from twelvelead.errors import ConfigError

__all__ = [
    "DEMO_EPOCHS",
    "DEMO_RECORDS",
    "ClassWeights",
    "Device",
    "Keep",
    "Precision",
    "Resident",
    "Schedule",
    "TrainOptions",
    "parse_network_options",
]

DEMO_RECORDS = 2000
DEMO_EPOCHS = 8
"""Size of the demonstration: about two minutes on two cores."""

Precision = Literal["32", "bf16", "16"]
Device = Literal["auto", "cpu", "cuda"]
Resident = Literal["auto", "yes", "no"]
Schedule = Literal["plateau", "one-cycle"]
Keep = Literal["loss", "auc", "last"]
ClassWeights = Literal["none", "balanced"]


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """How to train. The defaults are the assignment's recipe."""

    network: str = "cnn_lstm"
    """Network, by the name of its file in twelvelead.models."""
    network_options: str = ""
    """The network's own options where they differ from its defaults, like depth=34,channels=96."""
    start: str = ""
    """Begin with the weights of this model, a run folder or one that comes with twelvelead, instead of random ones."""
    epochs: int = 50
    """Passes over the training part."""
    batch_size: int = 32
    """Records of a step, over all devices together."""
    lr: float = 1e-3
    """Adam's learning rate at the start; with --schedule one-cycle the largest one."""
    schedule: Schedule = "plateau"
    """plateau: the rate is divided by 10 where the validation loss stands still. one-cycle: it rises for a quarter of
    the steps and falls to nothing along a cosine."""
    patience: int = 5
    """Plateau only: epochs without a better validation loss that are borne; after one more the rate is divided."""
    weight_decay: float = 0.0
    """Decoupled weight decay (AdamW) of the kernels; biases and normalisations are left alone."""
    average: float = 0.0
    """Validate and keep a running average of the weights, of which this share stays at each step, like 0.99; 0: the
    last weights."""
    keep: Keep = "loss"
    """The epoch whose weights are kept: that of least validation loss, of largest validation macro AUC, or the last."""
    early_stop: int = 0
    """Stop after this many epochs without a better one; 0: never."""
    clip: float = 0.0
    """Largest norm of the gradient; 0: no clipping."""
    crop_s: float = 0.0
    """Seconds of the random crop of each record that trains; later the probabilities of overlapping windows of this
    length are averaged. 0: the whole record."""
    mixup: float = 0.0
    """Train on weighted means of two records and of their labels; the weight is drawn from a beta distribution with
    this parameter on both sides. 0: no mixing."""
    label_smoothing: float = 0.0
    """Pull labels this far towards 0.5, 0 to 1."""
    class_weights: ClassWeights = "none"
    """balanced: a class's positive labels weigh as much in sum as its negative ones, in the training loss. The
    probabilities are then too high for rare classes."""
    teachers: str = ""
    """Learn from these models' probabilities too; run folders with commas between. They must have the same classes."""
    teaching: float = 0.7
    """With --teachers: weight of their mean probability, 0 to 1; the rest is the label's."""
    amplitude: float = 0.0
    """Multiply each record by a random factor, whose logarithm has this standard deviation."""
    stretch: float = 0.0
    """Stretch time by a random factor, whose logarithm is at most this far from 0."""
    wander: float = 0.0
    """Add a random slow wave to each lead; standard deviation of its height in mV."""
    mask_leads: float = 0.0
    """Blank each lead of a record with this probability, 0 to 1."""
    mask_time: float = 0.0
    """Blank a random stretch of each record, up to this share of it, 0 to 1."""
    seed: int = 0
    """Seed of weights, order, dropout and augmentation."""
    precision: Precision = "32"
    """Number format of the arithmetic: 32, or mixed with bf16 or 16. bf16 is slow on a CPU that lacks it."""
    device: Device = "auto"
    """Where to compute; auto takes the GPU if there is one."""
    resident: Resident = "auto"
    """Hold all records in the device's memory, so that batches are made there: yes, no, or, with auto, on a GPU that
    has room for them. On a CPU the system keeps in memory what it can anyway."""
    devices: int = 1
    """Devices (GPUs, or processes on a CPU) of each machine; the result does not depend on their number."""
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
        for name in ("clip", "crop_s", "mixup"):
            value = getattr(self, name)
            require(0 <= value < math.inf, flag_of(name), value, "0 or more")
        for name in ("weight_decay", "average", "label_smoothing", "mask_leads", "mask_time"):
            require(0 <= getattr(self, name) < 1, flag_of(name), getattr(self, name), "0 or more and less than 1")
        for name in ("teaching", "amplitude", "stretch", "wander"):
            require(0 <= getattr(self, name) <= 1, flag_of(name), getattr(self, name), "0 to 1")
        require_choices(self)
        parse_network_options(self.network_options)
        if self.schedule != "plateau" and self.patience != TrainOptions.patience:
            raise ConfigError(f"--patience has no meaning with --schedule {self.schedule}.")
        if not self.teachers and self.teaching != TrainOptions.teaching:
            raise ConfigError("--teaching has no meaning without --teachers.")


def parse_network_options(text: str) -> dict[str, int | float | str]:
    """The options in `depth=34,dropout=0.3`: whole numbers, numbers, else text.

    Raises:
        ConfigError: an option has no value or stands twice.
    """
    options: dict[str, int | float | str] = {}
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, value = (part.strip() for part in piece.partition("="))
        if not (equals and name and value) or name in options:
            raise ConfigError(f"--network-options is {text!r}; allowed is NAME=VALUE,NAME=VALUE, each name once.")
        options[name] = _number(value)
    return options


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
