"""The folder of a run: which file is where, and when a training may write into it."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from twelvelead.config import DataOptions, TrainOptions, read_toml
from twelvelead.errors import CheckpointError, ConfigError
from twelvelead.training.history import HISTORY_FILE
from twelvelead.training.split_file import SPLIT_FILE

__all__ = [
    "CONFIG_FILE",
    "EXPORTED_FILES",
    "FIGURES_FOLDER",
    "HTML_REPORT",
    "METRICS_FILE",
    "MODEL_CARD",
    "MODEL_FOLDER",
    "PDF_REPORT",
    "PREDICTIONS_FILE",
    "STATE_FILE",
    "SUMMARY_FILE",
    "SUPERCLASS_PREDICTIONS",
    "check_run",
    "clear_exports",
    "clear_report",
    "clear_results",
    "clear_run",
    "kept_epoch",
    "require_run",
    "train_table",
]

CONFIG_FILE = "config.toml"
MODEL_FOLDER = "model"
STATE_FILE = "state.safetensors"
SUMMARY_FILE = "training.json"
METRICS_FILE = "metrics.json"
PREDICTIONS_FILE = "predictions.parquet"
SUPERCLASS_PREDICTIONS = {"noisy_or": "predictions_noisy_or.parquet", "max": "predictions_max.parquet"}
"""By aggregation: superclass scores made of finer classes."""
FIGURES_FOLDER = "figures"
HTML_REPORT = "report.html"
PDF_REPORT = "report.pdf"
MODEL_CARD = "MODEL_CARD.md"
EXPORTED_FILES = {("onnx", False): "model.onnx", ("onnx", True): "model.int8.onnx", ("torch", False): "model.pt2"}
"""By format, and whether its weights have 8 bits."""
TENSORBOARD_FOLDER = "tensorboard"

_REPORT_FILES = (HTML_REPORT, PDF_REPORT, MODEL_CARD)
_FILES = (
    *(CONFIG_FILE, SPLIT_FILE, STATE_FILE, HISTORY_FILE, SUMMARY_FILE, METRICS_FILE, PREDICTIONS_FILE),
    *_REPORT_FILES,
)
_FOLDERS = (MODEL_FOLDER, FIGURES_FOLDER, TENSORBOARD_FOLDER)

_MAY_DIFFER = {"data", "store", "epochs", "early_stop", "device", "devices", "nodes", "resident", "threads"}
"""Options that may change when a training goes on: where the data lie (the split is compared record by record),
how long to train, and on what."""

_DEFAULTS = {option.name: option.default for group in (DataOptions, TrainOptions) for option in fields(group)}
"""Of options that a run of an earlier version does not know."""


def check_run(run: Path, options: Mapping[str, object], resume: bool, overwrite: bool) -> None:
    """Check that a training with these options may write into `run`. Changes nothing.

    Args:
        run: the folder; need not exist.
        options: as they will be written to `config.toml`.
        resume: go on with what is there; it must have been begun with the same recipe.
        overwrite: an earlier training may be replaced.

    Raises:
        ConfigError: `run` has a training and neither or both were asked, or its recipe differs.
    """
    if resume and overwrite:
        raise ConfigError("--resume and --overwrite exclude each other.")
    if run.exists() and not run.is_dir():
        raise ConfigError(f"{run} is a file; choose another folder with --out.")
    if not (run / CONFIG_FILE).is_file():
        if run.is_dir() and any(path.name != "lock" for path in run.iterdir()):
            raise ConfigError(f"{run} is not empty and holds no run; choose another folder with --out.")
        return
    if overwrite or not (run / STATE_FILE).is_file():  # without a finished epoch there is nothing to lose
        return
    if not resume:
        raise ConfigError(f"{run} holds a training already; add --resume to go on, --overwrite to begin anew.")
    saved = read_toml(run / CONFIG_FILE).get("train", {})
    different = [
        f"{key} was {saved.get(key, 'not set')}, is {options.get(key, 'not set')}"
        for key in sorted({*saved, *options} - _MAY_DIFFER)
        if _plain(saved.get(key, _DEFAULTS.get(key))) != _plain(options.get(key))
    ]
    if different:
        raise ConfigError(f"{run} was begun with another recipe ({'; '.join(different)}); resume with that one.")


def clear_results(run: Path) -> None:
    """Remove what an evaluation left in `run`: it is of weights that are about to change."""
    for name in (METRICS_FILE, PREDICTIONS_FILE, *SUPERCLASS_PREDICTIONS.values()):
        (run / name).unlink(missing_ok=True)
    shutil.rmtree(run / FIGURES_FOLDER, ignore_errors=True)
    clear_report(run)


def clear_exports(run: Path) -> None:
    """Remove exported files from `run`: they are of a model that is about to change."""
    for name in EXPORTED_FILES.values():
        (run / name).unlink(missing_ok=True)


def clear_report(run: Path) -> None:
    """Remove the report from `run`: it is of results that are about to change."""
    for name in _REPORT_FILES:
        (run / name).unlink(missing_ok=True)


def clear_run(run: Path) -> None:
    """Remove what an earlier training and its evaluation left in `run`, and nothing else."""
    clear_results(run)
    for name in _FILES:
        (run / name).unlink(missing_ok=True)
    for name in _FOLDERS:
        shutil.rmtree(run / name, ignore_errors=True)


def require_run(run: Path) -> Path:
    """`run`, once it is known to hold a training's configuration.

    Raises:
        CheckpointError: it does not.
    """
    if not (run / CONFIG_FILE).is_file():
        raise CheckpointError(f"{run} is no run folder (no {CONFIG_FILE}); make one with `twelvelead train DATA`.")
    return run


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def train_table(run: Path) -> dict[str, Any]:
    """How the run was trained: the table [train] of its `config.toml`; empty where there is none."""
    return read_toml(run / CONFIG_FILE).get("train", {}) if (run / CONFIG_FILE).is_file() else {}


def kept_epoch(run: Path) -> int | None:
    """Number (from 1) of the epoch whose weights were kept; None where no training is finished.

    Raises:
        CheckpointError: `training.json` is damaged.
    """
    path = run / SUMMARY_FILE
    if not path.is_file():
        return None
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["kept_epoch"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read: {error!r}.") from error
