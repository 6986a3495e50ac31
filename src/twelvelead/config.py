"""Options of the stages: frozen dataclasses, checked on construction, the same for Python, command line and TOML.

Each field's docstring is its help text. Messages name the command-line flag. `to_toml` writes what was run beside the
results, in the form that `--config` reads.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from twelvelead.errors import ConfigError

__all__ = [
    "DEMO_EPOCHS",
    "DEMO_RECORDS",
    "DataOptions",
    "Device",
    "MissingLeads",
    "Precision",
    "Task",
    "TrainOptions",
    "options_table",
    "read_toml",
    "to_toml",
]

DEMO_RECORDS = 2000
DEMO_EPOCHS = 8
"""Size of the demonstration: about two minutes on two cores."""

Task = Literal["superdiagnostic", "subdiagnostic", "diagnostic", "form", "rhythm", "all"]
Precision = Literal["32", "bf16", "16"]
Device = Literal["auto", "cpu", "cuda"]
MissingLeads = Literal["refuse", "zero"]


@dataclass(frozen=True, kw_only=True)
class DataOptions:
    """Which records, labels and parts."""

    rate: Literal[100, 500] = 100
    """Sampling rate in Hz of the records to use."""
    store: Path | None = None
    """Folder for the signal store. Default: beside the data, or in the user's cache where that is read-only."""
    task: Task = "superdiagnostic"
    """Label set: superdiagnostic (5 classes), subdiagnostic (23), diagnostic (44), form (19), rhythm (12), all (71)."""
    min_likelihood: float = 0.0
    """Least likelihood in percent for a code to count as a label. The published rule is 0: any likelihood."""
    min_samples: int = 0
    """Leave out classes with fewer records than this in the whole data set."""
    unlabelled: Literal["keep", "drop"] = "keep"
    """Records without any class: keep them as all-zero rows, or drop them from training and validation (the older
    protocol). Test scores are given with and without them either way."""
    split: Literal["folds", "stratified"] = "folds"
    """The published folds, or the assignment's stratified 70/15/15."""
    train_folds: str = "1-8"
    """Folds that train, like 1-8 or 1-3,5."""
    val_folds: str = "9"
    """Folds that choose epoch and thresholds."""
    test_folds: str = "10"
    """Folds that are reported; never looked at while training."""
    split_by: Literal["patient", "record"] = "patient"
    """Stratified split only: keep each patient's records in one part, or split records freely (leaks patients)."""
    split_seed: int = 42
    """Stratified split only: seed of the order."""

    def __post_init__(self) -> None:
        _require(
            0 <= self.min_likelihood <= 100,
            "--min-likelihood",
            self.min_likelihood,
            "0 to 100 (percent)",
        )
        _require(self.min_samples >= 0, "--min-samples", self.min_samples, "0 or more")
        _require(self.split_seed >= 0, "--split-seed", self.split_seed, "0 or more")
        _require_choices(self)
        _refuse_meaningless(self)


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
            _require(getattr(self, name) >= 1, _flag(name), getattr(self, name), "1 or more")
        for name in ("patience", "early_stop", "threads", "seed"):
            _require(getattr(self, name) >= 0, _flag(name), getattr(self, name), "0 or more")
        _require(self.seed < 2**32, "--seed", self.seed, "less than 4,294,967,296")
        _require(0 < self.lr < 10, "--lr", self.lr, "greater than 0 and less than 10")
        _require(self.clip >= 0, "--clip", self.clip, "0 or more")
        _require_choices(self)


def read_toml(path: Path) -> dict[str, dict[str, Any]]:
    """A configuration file: one table for each command.

    Raises:
        ConfigError: the file is missing, is no TOML, or has keys outside tables.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"configuration file {path} not found.") from None
    except RecursionError:
        raise ConfigError(f"configuration file {path} is nested too deeply.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"configuration file {path} cannot be read: {error}.") from None
    for key, value in tables.items():
        if not isinstance(value, dict):
            raise ConfigError(f"{path}: {key!r} stands outside a table; put it below a line such as [train].")
    return tables


def to_toml(table: str, options: Mapping[str, object]) -> str:
    """One table of a configuration file; options that are None are left out."""
    lines = [f"[{table}]"]
    lines += [f"{key} = {_toml_value(value)}" for key, value in options.items() if value is not None]
    return "\n".join(lines) + "\n"


def options_table(data: Path, *groups: Any) -> dict[str, object]:
    """The resolved options of a command; as a TOML table, `--config` repeats it."""
    options: dict[str, object] = {"data": str(data)}
    for group in groups:
        options.update({f.name: getattr(group, f.name) for f in fields(group)})
    return options


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(float(value))  # NumPy's floats have a repr of their own
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text) + '"'


def _refuse_meaningless(options: DataOptions) -> None:
    """An option that the chosen split does not look at must have its default."""
    of_split = {"folds": ("train_folds", "val_folds", "test_folds"), "stratified": ("split_by", "split_seed")}
    defaults = {f.name: f.default for f in fields(DataOptions)}
    for split, names in of_split.items():
        for name in names:
            if split != options.split and getattr(options, name) != defaults[name]:
                raise ConfigError(f"{_flag(name)} has no meaning with --split {options.split}.")


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _require_choices(options: object) -> None:
    """Hold every field that is a `Literal` to its values."""
    for name, hint in get_type_hints(type(options)).items():
        value, allowed = getattr(options, name), get_args(hint)
        if get_origin(hint) is Literal:
            _require(value in allowed, _flag(name), value, " or ".join(map(str, allowed)))


def _require(condition: bool, flag: str, given: object, allowed: str) -> None:
    if not condition:
        raise ConfigError(f"{flag} is {given}; allowed is {allowed}.")
