"""`train`: a data folder and options in, a run folder out."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError

import twelvelead
from twelvelead.config import DataOptions, Keep, Resident, TrainOptions, options_table, parse_network_options, to_toml
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.data.store.reading import DURATION_S
from twelvelead.errors import ConfigError, DataError
from twelvelead.files import clear_temporary, locked, write_json, write_text
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.models.registry import check_network
from twelvelead.processes import is_main_process
from twelvelead.training.agreement import require_agreement
from twelvelead.training.engine import describe_engine, launch, make_engine, release_memory
from twelvelead.training.fit import FitResult, Watcher, fit
from twelvelead.training.how_far import how_far, is_lack_of_memory
from twelvelead.training.others import LostProcess, end_on_sigterm, noticing_lost_processes
from twelvelead.training.run_folder import CONFIG_FILE, SUMMARY_FILE, check_run, clear_exports, clear_results, clear_run
from twelvelead.training.split_file import SPLIT_FILE, parts_by_record, read_split, write_split
from twelvelead.training.start import find_start
from twelvelead.training.teachers import taught

__all__ = ["TrainResult", "new_classifier", "train"]

_CHOSEN_BY: dict[Keep, str] = {
    "loss": "least loss on the validation part",
    "auc": "largest macro AUC on the validation part",
    "last": "none; the last one is kept",
}


@dataclass(frozen=True)
class TrainResult:
    """A finished (or stopped) training."""

    run: Path
    fit: FitResult
    parts: DataParts


def train(
    data_dir: str | Path,
    run: str | Path,
    data: DataOptions | None = None,
    options: TrainOptions | None = None,
    *,
    resume: bool = False,
    overwrite: bool = False,
    watcher: Watcher | None = None,
    on_parts: Callable[[DataParts], None] | None = None,
    on_prepare: Callable[[int, int], None] | None = None,
) -> TrainResult:
    """Train a classifier on a data folder in PTB-XL's layout.

    Args:
        data_dir: holds `ptbxl_database.csv` and records.
        run: folder for the result: `config.toml`, `split.csv`, `model/`, `history.csv`, `training.json`, and
            TensorBoard events.
        data, options: what and how; the defaults are the documented baseline.
        resume: go on with the training in `run`.
        overwrite: replace the training in `run`.
        watcher: told of steps and epochs.
        on_parts: called with the parts before training begins.
        on_prepare: progress of preparing the signal store, where that is needed.

    Raises:
        TwelveleadError: the data, the options or the run folder are not usable.
    """
    data_dir, run = Path(data_dir), Path(run)
    data, options = data or DataOptions(), options or TrainOptions()
    if options.crop_s >= DURATION_S:
        raise ConfigError(f"--crop-s is {options.crop_s:g}; allowed is less than a record's {DURATION_S} s.")
    check_network(options.network, parse_network_options(options.network_options))
    fabric = make_engine(options)
    chosen = options_table(data_dir.resolve(), data, options)
    if is_main_process():
        check_run(run, chosen, resume, overwrite)
    # Before other processes are started: what is wrong with the data is found, and said, by one.
    parts = load_parts(data_dir, data, on_prepare)
    _, train_rows, train_labels = parts.part("train")
    _, val_rows, val_labels = parts.part("val")
    if on_parts:
        on_parts(parts)
    start = find_start(options.start, options.network, parts) if options.start else None
    train_set = RecordDataset(parts.store.signals, train_rows, train_labels)
    teachers: list[dict[str, Any]] = []
    if options.teachers:
        train_set, teachers = taught(train_set, options.teachers, options.teaching, parts)
    sources = [*([start.source] if start else []), *teachers]
    with _run_to_write(run) if is_main_process() else nullcontext():
        if is_main_process():
            _open_run(run, chosen, parts, resume, overwrite)
        launch(fabric, options)
        release_memory(fabric)
        fabric.seed_everything(options.seed, verbose=False)
        standardizer = Standardizer.fit(parts.store.signals, train_rows)
        with noticing_lost_processes(fabric):
            require_agreement(fabric, run, chosen, parts, standardizer, [str(s["weights_sha256"]) for s in sources])
        classifier = new_classifier(parts, options, standardizer)
        if start:
            start.apply(classifier)
        if options.teachers:
            classifier.note_training(teachers=teachers)
        val_set = RecordDataset(parts.store.signals, val_rows, val_labels)
        with end_on_sigterm(), _saying_how_far(run, options.resident):
            result = fit(fabric, classifier, train_set, val_set, options, run, resume=resume, watcher=watcher)
        release_memory(fabric)
        if fabric.is_global_zero:
            write_json(run / SUMMARY_FILE, _summary(parts, result, describe_engine(fabric)))
    return TrainResult(run, result, parts)


@contextmanager
def _saying_how_far(run: Path, resident: Resident) -> Iterator[None]:
    """Tell of what is saved where the training cannot go on."""
    try:
        yield
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{run} cannot be written ({reason}); {how_far(run)}.") from error
    except LostProcess as error:
        raise LostProcess(f"{error}; {how_far(run)}.") from error
    except (MemoryError, RuntimeError) as error:
        if not is_lack_of_memory(error):
            raise
        instead = "" if resident == "no" else " or give --resident no"
        raise DataError(f"not enough memory; lower --batch-size{instead}; {how_far(run)}.") from error


def _run_to_write(run: Path) -> AbstractContextManager[None]:
    run.mkdir(parents=True, exist_ok=True)
    return locked(run, ConfigError(f"another process is training in {run}; choose another folder with --out."))


def _open_run(run: Path, chosen: dict[str, object], parts: DataParts, resume: bool, overwrite: bool) -> None:
    """Write configuration and split; with `resume` the split must be the one that the training began with."""
    clear_temporary(run)
    if overwrite:
        clear_run(run)
    clear_results(run)
    clear_exports(run)
    if resume and (run / SPLIT_FILE).is_file() and read_split(run) != parts_by_record(parts):
        raise DataError(f"the data are not those that the training in {run} began with: other records in its parts.")
    write_text(run / CONFIG_FILE, to_toml("train", chosen))
    write_split(run, parts)


def new_classifier(parts: DataParts, options: TrainOptions, standardizer: Standardizer) -> Classifier:
    """A classifier for these data with random weights."""
    info = ModelInfo(
        network=options.network,
        classes=parts.labels.classes,
        rate_hz=parts.store.rate_hz,
        duration_s=float(DURATION_S),
        window_s=options.crop_s or None,
        options=parse_network_options(options.network_options),
        task=parts.labels.task,
        label_rule=parts.labels.rule,
        trained_on={
            **parts.describe(),
            "epoch_chosen_by": _CHOSEN_BY[options.keep],
            "twelvelead": twelvelead.__version__,
        },
    )
    return Classifier(info, np.asarray(standardizer.mean_mv), np.asarray(standardizer.std_mv))


def _summary(parts: DataParts, result: FitResult, engine: dict[str, object]) -> dict[str, Any]:
    kept = result.epochs[result.best_epoch - 1]
    return {
        "kept_epoch": result.best_epoch,
        "epochs": len(result.epochs),
        "interrupted": result.interrupted,
        "val_loss": kept.val_loss,
        "val_macro_auc": kept.val_macro_auc,
        "seconds": sum(epoch.seconds for epoch in result.epochs),
        "data": parts.describe(),
        "engine": engine,
        "twelvelead": twelvelead.__version__,
    }
