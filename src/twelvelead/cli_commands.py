"""The commands as a user types them: options and their help, call, print. Results on stdout, progress on stderr.

Nothing heavy is imported before a command needs it.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

import twelvelead
from twelvelead.config import DEMO_EPOCHS, DEMO_RECORDS, DataOptions, Device, TrainOptions
from twelvelead.errors import ConfigError
from twelvelead.progress import TrainingProgress, counting, is_main_process, say

__all__ = ["app"]

EPILOGUE = "Research software: not a medical device, not for diagnosis."

app = App(
    name="twelvelead",
    help=f"From PTB-XL to a trained, evaluated 12-lead ECG classifier. {EPILOGUE}",
    version=twelvelead.__version__,
    help_format="plaintext",
    result_action="return_value",
    help_epilogue="Every command takes --config FILE: a TOML file with its options in a table of its name, such as "
    "[train]; the command line wins.",
)

_ORDER = iter(range(100))


def _command(function: Callable[..., int]) -> Callable[..., int]:
    """Register a command; help lists them in the order of this file, which is the order of work."""
    app.command(function, sort_key=next(_ORDER))
    return function


Data = Annotated[DataOptions, Parameter(name="*")]
Recipe = Annotated[TrainOptions, Parameter(name="*")]
Json = Annotated[bool, Parameter(name="--json", negative=())]
Switch = Annotated[bool, Parameter(negative=())]


@_command
def demo(*, out: Path = Path("demo"), records: int = DEMO_RECORDS, epochs: int = DEMO_EPOCHS, seed: int = 0) -> int:
    """The main job on simulated ECGs, end to end, in about two minutes.

    Example: twelvelead demo --out demo

    Parameters
    ----------
    out
        Folder for data, model, results and pictures.
    records
        Simulated ECGs.
    epochs
        Passes over the training part.
    seed
        Of data and training.
    """
    from twelvelead.commands.demo import demo as run_demo
    from twelvelead.commands.tables import format_card

    result = run_demo(out, records, epochs, seed, say)
    print("\nFold 10, decisions at the thresholds chosen on fold 9:\n")
    print(format_card(result.evaluation.metrics["test"], "at_thresholds"))
    print("\nLook at:")
    for path in (*result.pictures, *result.evaluation.files):
        print(f"  {path}")
    print(f"\nThe trained model: {result.run / 'model'}\nThe simulated data set: {result.data}\n{EPILOGUE}")
    return 0


@_command
def simulate(
    folder: Path,
    *,
    records: int = 500,
    seed: int = 0,
    rate: Literal["100", "500", "both"] = "both",
) -> int:
    """Write a simulated data set in PTB-XL's layout.

    Example: twelvelead simulate made-up --records 1000 --seed 1

    Parameters
    ----------
    folder
        New or empty folder.
    records
        Number of 10 s ECGs.
    seed
        The same seed gives the same files.
    rate
        Sampling rates to write, Hz.
    """
    from twelvelead.data.simulate import simulate_dataset

    rates = (100, 500) if rate == "both" else (int(rate),)
    with counting("simulated") as progress:
        simulate_dataset(folder, records=records, seed=seed, rates=rates, progress=progress)
    print(f"{records:,} simulated ECGs in {folder}")
    return 0


@_command
def prepare(
    data: Path,
    *,
    rate: Literal[100, 500] = 100,
    store: Path | None = None,
    json_: Json = False,
) -> int:
    """Read a data folder's records once into a memory-mapped signal store.

    Goes on where an interrupted call stopped, and reads again only what changed.

    Example: twelvelead prepare ptbxl --rate 500

    Parameters
    ----------
    data
        Folder with PTB-XL's ptbxl_database.csv; a partial copy will do.
    rate
        Sampling rate of the records, Hz.
    store
        Folder for the store. Default: beside the data, or in the user's cache where that is read-only.
    json_
        Print the result as JSON, with every problem.
    """
    from twelvelead.commands.tables import format_problems
    from twelvelead.data.metadata import data_version
    from twelvelead.data.store import prepare as prepare_store

    with counting("prepared") as progress:
        result = prepare_store(data, rate, store, progress)
    opened, problems = result.store, result.store.problems
    usable = sum(entry.row >= 0 for entry in opened.entries.values())
    version = data_version(data, opened.entries.keys())
    if json_:
        rows = [{"ecg_id": e.ecg_id, "file": e.file, "status": e.status, "reason": e.reason} for e in problems]
        _print_json(
            {
                "store": str(opened.folder),
                "data_version": version,
                "rate_hz": opened.rate_hz,
                "records": opened.manifest.records,
                "usable": usable,
                "read": result.read,
                "reused": result.reused,
                "problems": rows,
            }
        )
        return 0
    print(f"{data}: {version}")
    print(f"{usable:,} of {opened.manifest.records:,} records at {rate} Hz are in {opened.folder}")
    print(f"looked at now: {result.read:,}, taken over: {result.reused:,}")
    if problems:
        print(f"{len(problems):,} records to know about (all of them: --json):")
        print(format_problems(problems))
    return 0


@_command
def train(
    data: Path,
    *,
    out: Path | None = None,
    data_options: Data = DataOptions(),  # noqa: B008 (frozen)
    recipe: Recipe = TrainOptions(),  # noqa: B008 (frozen)
    resume: Switch = False,
    overwrite: Switch = False,
    json_: Json = False,
) -> int:
    """Train a classifier; without options the documented baseline.

    Examples:
      twelvelead train ptbxl
      twelvelead train ptbxl --train-folds 1-7 --val-folds 8 --test-folds 9 --out runs/try
      twelvelead train ptbxl --split stratified --epochs 20
      twelvelead train --config runs/try/config.toml --out runs/again

    Parameters
    ----------
    data
        Folder in PTB-XL's layout.
    out
        Run folder. Default: runs/NETWORK-TASK-seedSEED.
    resume
        Go on with the training in the run folder.
    overwrite
        Replace the training in the run folder.
    json_
        Print the result as JSON.
    """
    from twelvelead.commands.tables import format_parts
    from twelvelead.training.train import train as run_training

    run = out or Path("runs") / f"{recipe.network}-{data_options.task}-seed{recipe.seed}"
    if resume and not (run / "config.toml").is_file():
        say(f"note: there is no training in {run} to go on with; a new one begins")

    def announce(parts: Any) -> None:
        description = parts.describe()
        say(f"{description['split']}; label rule: {description['label_rule']}")
        say(format_parts(description))
        for note in parts.notes:
            say(f"note: {note}")

    with counting("prepared") as on_prepare, TrainingProgress(recipe.epochs) as watcher:
        result = run_training(
            data,
            run,
            data_options,
            recipe,
            resume=resume,
            overwrite=overwrite,
            watcher=watcher,
            on_parts=announce,
            on_prepare=on_prepare,
        )
    if not is_main_process():
        return 0
    kept = result.fit.epochs[result.fit.best_epoch - 1]
    if json_:
        _print_json(json.loads((run / "training.json").read_text(encoding="utf-8")))
    else:
        area = "N/A" if kept.val_macro_auc is None else f"{kept.val_macro_auc:.4f}"
        print(f"kept epoch {kept.epoch}: validation loss {kept.val_loss:.4f}, validation macro AUC {area}")
        print(f"model: {run / 'model'}\nnext: twelvelead evaluate {run}")
    if result.fit.interrupted:
        say(f"stopped by hand; go on with --resume --out {run}")
        return 130
    return 0


@_command
def evaluate(
    run: Path,
    *,
    data: Path | None = None,
    val_folds: str | None = None,
    test_folds: str | None = None,
    store: Path | None = None,
    device: Device = "auto",
    json_: Json = False,
) -> int:
    """Evaluate a run on its validation and test parts; thresholds come from validation only.

    Writes metrics.json, predictions.parquet and figures/ into the run.

    Examples:
      twelvelead evaluate runs/cnn_lstm-superdiagnostic-seed0
      twelvelead evaluate runs/try --data /data/ptbxl --json

    Parameters
    ----------
    run
        Run folder of `twelvelead train`.
    data
        Data folder, where it is not where it was while training.
    val_folds
        Other validation folds than in training.
    test_folds
        Other test folds than in training.
    store
        Folder of the signal store.
    device
        Where to compute; auto takes the GPU if there is one.
    json_
        Print metrics.json on stdout.
    """
    from twelvelead.commands.evaluate_run import evaluate_run
    from twelvelead.commands.tables import format_card, format_parts

    result = evaluate_run(
        run,
        data_dir=data,
        val_folds=val_folds,
        test_folds=test_folds,
        store=store,
        device=device,
        progress=say,
    )
    metrics = result.metrics
    for note in metrics["protocol"]["notes"]:
        say(f"note: {note}")
    if json_:
        _print_json(metrics)
        return 0
    print(f"{metrics['protocol']['split']}; label rule: {metrics['protocol']['label_rule']}\n")
    print(format_parts(metrics["protocol"]))
    print("\nTest part, decisions at 0.5:\n")
    print(format_card(metrics["test"], "at_0.5"))
    print(f"\nTest part, decisions at thresholds ({metrics['protocol']['threshold_rule']}):\n")
    print(format_card(metrics["test"], "at_thresholds"))
    only = metrics["test"]["labelled_only"]
    if only["macro_auc"] is not None:
        print(f"\nmacro AUC without the unlabelled records ({only['records']}): {only['macro_auc']:.4f}")
    print("\nwritten: " + ", ".join(map(str, result.files)))
    return 0


@_command
def report(
    run: Path,
    *,
    data: Path | None = None,
    out: Path | None = None,
    json_: Json = False,
) -> int:
    """Report on an evaluated run: one HTML page, the same as PDF, and a model card.

    Examples:
      twelvelead report runs/cnn_lstm-superdiagnostic-seed0
      twelvelead report runs/try --data /data/ptbxl --out supplement

    Parameters
    ----------
    run
        Run folder that `twelvelead evaluate` has evaluated.
    data
        Data folder, where it is not where it was; the ECGs of wrong decisions are drawn from it.
    out
        Folder for report.html, report.pdf and MODEL_CARD.md. Default: the run folder.
    json_
        Print the paths as JSON.
    """
    from twelvelead.commands.report_run import report_run

    result = report_run(run, data_dir=data, out=out, progress=say)
    if result.pdf_missing:
        say(f"note: {result.pdf_missing}")
    if json_:
        pdf = str(result.pdf) if result.pdf else None
        _print_json({"html": str(result.html), "pdf": pdf, "model_card": str(result.model_card)})
        return 0
    print("written: " + ", ".join(map(str, result.files)))
    return 0


@_command
def predict(
    *files: Path,
    run: Path,
    device: Device = "auto",
    json_: Json = False,
    plot: Path | None = None,
) -> int:
    """Predict ECG files (WFDB records) with a trained model.

    Examples:
      twelvelead predict ecg/00001_hr.hea --run runs/try
      twelvelead predict folder --run runs/try --json
      twelvelead predict ecg/00001_hr --run runs/try --plot pictures

    Parameters
    ----------
    files
        WFDB records, with or without .hea; a folder stands for all .hea files below it.
    run
        Run folder with a trained model.
    device
        Where to compute; auto takes the GPU if there is one.
    json_
        One JSON object a file on stdout: file, probabilities and decisions by class, quality, steps; or file and error.
    plot
        Folder for each ECG on ECG paper with its result, as PNG.
    """
    from twelvelead.commands import predict_files as job

    if not files:
        raise ConfigError("predict needs at least one file or folder.")
    if plot and plot.exists() and not plot.is_dir():
        raise ConfigError(f"--plot {plot} is a file; name a folder.")
    predictor = job.open_model(run, device)
    used: set[str] = set()
    shown, failed = [], 0
    for answer in job.predictions(predictor, files):
        if answer.error is not None:
            failed += 1
            if not json_:  # there it stands on stdout
                say(f"twelvelead: {job.complaint(answer)}")
        if plot:
            job.draw(answer, plot, used)
        if json_:
            print(json.dumps(answer.to_json(), ensure_ascii=False), flush=True)
        else:
            shown.append(answer)
    if shown:
        text = job.table(shown, predictor.info)
        print(text, end="\n" if text else "")
    return 1 if failed else 0


@_command
def benchmark(
    *,
    records: int = 2000,
    data: Path | None = None,
    out: Path = Path("benchmark.json"),
    quick: Switch = False,
) -> int:
    """Speed and memory beside the assignment's own way, as ratios in one run. Needs a clone of the repository.

    Example: twelvelead benchmark --records 2000 --out benchmark.json

    Parameters
    ----------
    records
        Simulated ECGs to work on.
    data
        Work on this data set in PTB-XL's layout instead.
    out
        JSON file for the result.
    quick
        The smallest size, to see that it works.
    """
    import subprocess

    if records < 1:
        raise ConfigError(f"--records is {records}; allowed is 1 or more.")
    folder = Path(twelvelead.__file__).parents[2] / "benchmarks"
    if not (folder / "__main__.py").is_file():
        raise ConfigError("benchmark needs a clone of the repository, installed with `pip install -e '.[bench]'`.")
    arguments = ["--records", str(records), "--out", str(out), *(["--quick"] if quick else [])]
    if data:
        arguments += ["--data", str(data)]
    return subprocess.call([sys.executable, str(folder), *arguments])


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))
