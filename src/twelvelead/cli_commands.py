"""The commands as a user types them: options and their help, call, print. Results on stdout, progress on stderr.

Nothing heavy is imported before a command needs it.
"""

import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Group, Parameter

import twelvelead
from twelvelead.config import DEMO_EPOCHS, DEMO_RECORDS, DataOptions, Device, MissingLeads, Task, TrainOptions
from twelvelead.errors import ConfigError
from twelvelead.progress import TrainingProgress, counting, is_main_process, say, transferring

__all__ = ["app"]

EPILOGUE = "Research software: not a medical device, not for diagnosis."

app = App(
    name="twelvelead",
    help=f"From PTB-XL to a trained, evaluated 12-lead ECG classifier. {EPILOGUE}",
    version=twelvelead.__version__,
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # `main` says how to go on
    help_epilogue="Every command takes --config FILE: a TOML file with its options in a table of its name, such as "
    "[train]; the command line wins.",
)

ROWS_OF_A_TABLE = 500
"""Answers that a table holds; more of them make another one, so that any number of files can be shown."""

FILES_BETWEEN_LINES = 1000

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
def download(
    folder: Path,
    *,
    version: Literal["1.0.1", "1.0.3"] | None = None,
    rate: Literal["100", "500", "both"] = "100",
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    parallel: int = 16,
    json_: Json = False,
) -> int:
    """Get PTB-XL, every file checked by the data set's own SHA-256.

    About 0.7 GB of disk at 100 Hz, 2.8 GB at 500 Hz. Stopped or killed, the same command goes on where it was.

    Examples:
      twelvelead download ptbxl
      twelvelead download ptbxl --rate both --from Downloads/ptb-xl-1.0.3.zip
      twelvelead download ptbxl --from https://physionet.org/files/ptb-xl/1.0.3/

    Parameters
    ----------
    folder
        New folder, or one of an earlier download.
    version
        Release to get from PhysioNet. Default: 1.0.3.
    rate
        Sampling rates to get, Hz.
    from_
        Where from instead of PhysioNet: a mirror's address, PhysioNet's zip, or a folder.
    parallel
        Files at a time.
    json_
        Print the result as JSON.
    """
    from twelvelead.data.download import download as run_download

    rates = (100, 500) if rate == "both" else (int(rate),)
    with transferring("downloaded") as progress:
        result = run_download(
            folder, version=version, rates=rates, source=from_, parallel=parallel, progress=progress, note=say
        )
    if json_:
        _print_json({"folder": str(folder), **asdict(result)})
        return 0
    print(f"{folder}: {result.data_version}")
    print(", ".join(f"{count:,} records at {hz} Hz" for hz, count in result.records.items()), end="")
    print(f"; {result.files:,} files, {result.bytes / 1e6:,.1f} MB, each as its SHA256SUMS.txt says")
    print(f"fetched now: {result.fetched:,} files, there already: {result.files - result.fetched:,}")
    print(f"next: twelvelead prepare {shlex.quote(str(folder))}{' --rate 500' if rate == '500' else ''}")
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


Judged = Group("Judge anyone's predictions instead of a run", sort_key=1)


@_command
def evaluate(
    run: Path | None = None,
    /,
    *,
    data: Path | None = None,
    val_folds: str | None = None,
    test_folds: str | None = None,
    store: Path | None = None,
    thresholds: str | None = None,
    calibrate: bool | None = None,
    figures: bool = True,
    device: Device = "auto",
    json_: Json = False,
    predictions: Annotated[Path | None, Parameter(group=Judged)] = None,
    task: Annotated[Task | None, Parameter(group=Judged)] = None,
    min_likelihood: Annotated[float | None, Parameter(group=Judged)] = None,
    min_samples: Annotated[int | None, Parameter(group=Judged)] = None,
    labels: Annotated[Path | None, Parameter(group=Judged)] = None,
    patients: Annotated[Path | None, Parameter(group=Judged)] = None,
    val_predictions: Annotated[Path | None, Parameter(group=Judged)] = None,
    val_labels: Annotated[Path | None, Parameter(group=Judged)] = None,
    val_patients: Annotated[Path | None, Parameter(group=Judged)] = None,
    classes: Annotated[str | None, Parameter(group=Judged)] = None,
    out: Annotated[Path | None, Parameter(group=Judged)] = None,
) -> int:
    """Evaluate a run on its validation and test parts; thresholds come from validation only.

    Writes metrics.json, predictions.parquet and figures/ into the run.

    Examples:
      twelvelead evaluate runs/cnn_lstm-superdiagnostic-seed0
      twelvelead evaluate runs/try --thresholds sensitivity=0.9 --calibrate
      twelvelead evaluate --predictions theirs.parquet --data ptbxl --out judged
      twelvelead evaluate --predictions scores.npy --labels labels.npy --classes NORM,MI,STTC,CD,HYP

    Parameters
    ----------
    run
        Run folder of `twelvelead train`.
    data
        Data folder; of a run only where it is not where it was while training.
    val_folds
        Other validation folds than in training; with --predictions those that choose thresholds (default: 9).
    test_folds
        Other test folds than in training; with --predictions those that are scored (default: 10).
    store
        Folder of the signal store.
    thresholds
        Choose thresholds on validation by this rule, and save them with the model: f1 (the default of training),
        youden, sensitivity=0.9 (at least), specificity=0.9 (at least).
    calibrate
        Fit a temperature on validation and save it with the model; --no-calibrate takes it away.
    figures
        Draw figures/; dozens of classes take a while.
    device
        Where to compute; auto takes the GPU if there is one.
    json_
        Print metrics.json on stdout.
    predictions
        Parquet or CSV file with ecg_id and one column of probabilities a class, or a .npy array of probabilities
        (record, class) that goes with --labels.
    task
        Which labels the predictions are of (default: superdiagnostic).
    min_likelihood
        Least likelihood in percent for a code to count as a label (default: 0, any).
    min_samples
        Classes with fewer records in the whole data set are left out (default: 0, none).
    labels
        .npy array of 0 and 1 (record, class).
    patients
        .npy array of patient numbers (record,), for the intervals.
    val_predictions
        .npy array as --predictions, of the validation part, which chooses thresholds.
    val_labels
        .npy array as --labels, of the validation part.
    val_patients
        .npy array as --patients, of the validation part.
    classes
        Names of the arrays' columns, with commas between.
    out
        Folder for metrics.json, predictions.parquet and figures/; without it nothing is written.
    """
    from twelvelead.commands import judge_options

    of_others = {
        "--task": task,
        "--min-likelihood": min_likelihood,
        "--min-samples": min_samples,
        "--labels": labels,
        "--patients": patients,
        "--val-predictions": val_predictions,
        "--val-labels": val_labels,
        "--val-patients": val_patients,
        "--classes": classes,
        "--out": out,
    }
    if predictions is None:
        from twelvelead.commands.evaluate_run import evaluate_run

        judge_options.refuse(of_others, "without --predictions")
        if run is None:
            raise ConfigError("evaluate needs a run folder, or --predictions FILE.")
        result = evaluate_run(
            run,
            data_dir=data,
            val_folds=val_folds,
            test_folds=test_folds,
            store=store,
            thresholds=thresholds,
            calibrate=calibrate,
            figures=figures,
            device=device,
            progress=say,
        )
    else:
        given = None if device == "auto" else device
        judge_options.refuse({"a run folder": run, "--store": store, "--device": given}, "with --predictions")
        result = judge_options.judge(
            predictions,
            data=data,
            folds={"val_folds": val_folds, "test_folds": test_folds},
            choices={"thresholds": thresholds, "calibrate": calibrate, "out": out},
            labels={"task": task, "min_likelihood": min_likelihood, "min_samples": min_samples},
            arrays={
                "labels": labels,
                "patients": patients,
                "val_predictions": val_predictions,
                "val_labels": val_labels,
                "val_patients": val_patients,
            },
            classes=classes,
            figures=figures,
        )
    for note in result.metrics["protocol"]["notes"]:
        say(f"note: {note}")
    if json_:
        _print_json(result.metrics)
    else:
        _print_evaluation(result)
    return 0


def _print_evaluation(result: Any) -> None:
    from twelvelead.commands import tables

    metrics, test = result.metrics, result.metrics["test"]
    protocol = metrics["protocol"]
    print(f"{protocol['split']}; label rule: {protocol['label_rule']}\n")
    print(tables.format_parts(protocol))
    print("\nTest part, decisions at 0.5:\n")
    print(tables.format_card(test, "at_0.5"))
    if test["at_thresholds"]:
        print(f"\nTest part, decisions at thresholds ({protocol['threshold_rule']}):\n")
        print(tables.format_card(test, "at_thresholds"))
    only = test["labelled_only"]
    if only["macro_auc"] is not None:
        interval = tables.format_interval(only["macro_auc"], only["macro_auc_interval"])
        print(f"\nmacro AUC without the unlabelled records ({only['records']}): {interval}")
    for how, found in metrics.get("superclasses", {}).items():
        interval = tables.format_interval(found["test"]["macro_auc"], found["test"]["macro_auc_interval"])
        print(f"macro AUC of the superclasses, from these classes by {how}: {interval}")
    print("\nCalibration:\n")
    print(tables.format_calibration(test, metrics.get("temperature_scaling"), protocol["temperature"]))
    if metrics.get("subgroups"):
        print("\nSubgroups of the test part:\n")
        print(tables.format_subgroups(metrics["subgroups"]))
    if test["few_positives"]:
        names = ", ".join(test["few_positives"])
        print(f"\nWARNING: few patients; these intervals, and the macro's, are too narrow: {names}")
    if result.files:
        print("\nwritten: " + ", ".join(map(str, result.files)))


@_command
def compare(first: Path, second: Path, *, out: Path | None = None, json_: Json = False) -> int:
    """Compare two evaluated runs on the test records that both have: second minus first, with intervals and p-values.

    Examples:
      twelvelead compare runs/baseline runs/try
      twelvelead compare runs/baseline runs/all71/predictions_noisy_or.parquet --out comparison.json

    Parameters
    ----------
    first
        Run folder, or a table of predictions with labels.
    second
        The same.
    out
        JSON file for the result.
    json_
        Print the result as JSON.
    """
    from twelvelead.commands.compare_runs import compare_runs
    from twelvelead.commands.tables import format_comparison
    from twelvelead.files import write_json

    found = compare_runs(first, second)
    protocol = found["protocol"]
    if out:
        write_json(out, found)
    for note in protocol["notes"]:
        say(f"note: {note}")
    if json_:
        _print_json(found)
        return 0
    print(f"first: {protocol['first']}\nsecond: {protocol['second']}")
    print(f"{protocol['records']:,} records of {protocol['patients']:,} patients; {protocol['intervals']}\n")
    print(format_comparison(found))
    print(f"\np: {protocol['p_value']}")
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
    csv: Path | None = None,
    parquet: Path | None = None,
    plot: Path | None = None,
    plot_format: Literal["png", "pdf"] = "png",
    rate: float | None = None,
    leads: str | None = None,
    unit: str | None = None,
    missing_leads: MissingLeads = "refuse",
) -> int:
    """Predict ECG files of any known format with a trained model.

    A file that cannot be read is reported, the others go on, and the exit code is 1.

    Examples:
      twelvelead predict ecg.dcm --run runs/try
      twelvelead predict folder --run runs/try --json
      twelvelead predict folder --run runs/try --parquet answers.parquet
      twelvelead predict export.csv --run runs/try --rate 500 --unit uV --plot pictures

    Parameters
    ----------
    files
        ECG files (`twelvelead formats` lists what is known); a folder stands for all ECG files below it, - for one
        ECG on standard input.
    run
        Run folder with a trained model.
    device
        Where to compute; auto takes the GPU if there is one.
    json_
        One JSON object a file on stdout: file, probabilities and decisions by class, quality, steps; or file and error.
    csv
        Table to write, one row a file. When it was interrupted, the same command goes on where it stopped.
    parquet
        The same as a Parquet file.
    plot
        Folder for each ECG on ECG paper with its result.
    plot_format
        Of these pictures.
    rate
        Samples per second, for files that do not say it.
    leads
        Lead names in the file's order, with commas between, for files that do not name them.
    unit
        Unit of the samples, such as mV or uV, for files that do not say it.
    missing_leads
        zero: predict without leads that are not there and cannot be derived, with a flat line in their place.
    """
    from twelvelead.commands import predict_files as job
    from twelvelead.commands.prediction_log import Totals
    from twelvelead.inference.predict import ReadingHints, load

    if not files:
        raise ConfigError("predict needs at least one file or folder.")
    if plot and plot.exists() and not plot.is_dir():
        raise ConfigError(f"--plot {plot} is a file; name a folder.")
    if csv and parquet:
        raise ConfigError("--csv and --parquet exclude each other; each can be made of the other.")
    log = csv or parquet
    for path, suffix in ((csv, ".csv"), (parquet, ".parquet")):
        if path and path.suffix.lower() != suffix:
            raise ConfigError(f"--{suffix[1:]} {path}: the file's name must end in {suffix}.")
    hints = ReadingHints(rate, tuple(leads.split(",")) if leads else None, unit, missing_leads)
    model = load(run, device)
    totals = Totals()
    shown: list[Any] = []
    done, failed = 0, 0

    def print_table() -> None:
        text = job.table(shown, model.info)
        print(text, end="\n" if text else "")
        shown.clear()

    for answer in job.predictions(model, run, files, hints, for_plots=plot is not None, log=log, totals=totals):
        done += 1
        if answer.error is not None:
            failed += 1
            if not json_:  # there it stands on stdout
                say(f"twelvelead: {job.complaint(answer)}")
        if plot:
            job.draw(answer, plot, job.picture_name(answer.file, files), f".{plot_format}")
        if json_:
            print(json.dumps(answer.to_json(), ensure_ascii=False), flush=True)
        elif log:
            if done % FILES_BETWEEN_LINES == 0:
                say(f"predicted: {done:,} files")
        else:
            shown.append(answer)
            if len(shown) == ROWS_OF_A_TABLE:
                print_table()
    if log and not json_:
        now = f" ({done:,} of them now)" if done < totals.files else ""
        print(f"{log}: {totals.files:,} files{now}, {totals.failed:,} could not be predicted\n{EPILOGUE}")
    elif not json_:
        print_table()
        if done > failed:
            print(job.table_end(model.info))
    return 1 if failed or totals.failed else 0


@_command
def formats(*, json_: Json = False) -> int:
    """List the ECG file formats that can be read.

    Example: twelvelead formats --json

    Parameters
    ----------
    json_
        Print the list on stdout as JSON: name, suffixes, description, hints, libraries, installed.
    """
    from twelvelead.commands import format_list

    if json_:
        _print_json(format_list.describe())
    else:
        print(format_list.table())
    return 0


@_command
def notebook(
    file: Path,
    *,
    data: Path | None = None,
    out: Path | None = None,
    set_: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = (),
    run: Annotated[bool, Parameter(negative="--no-run")] = True,
    ipynb: Path | None = None,
) -> int:
    """Run a Jupyter notebook in the current folder and write it with every output as a PDF. Needs no LaTeX.

    The notebook itself is left as it is; if a cell fails, nothing is written.

    Examples:
      twelvelead notebook notebooks/apprentissage_ecg.ipynb
      twelvelead notebook notebooks/apprentissage_ecg.ipynb --data ptbxl --set NUM_EPOCHS=50 --out prenom_nom.pdf
      twelvelead notebook done.ipynb --no-run

    Parameters
    ----------
    file
        The notebook, .ipynb.
    data
        Data folder; short for --set DATA_PATH=...
    out
        PDF file. Default: the notebook's name, in the current folder.
    set_
        NAME=VALUE, another value for a name that the cell tagged "parameters" sets; may be given several times.
    run
        Run it; --no-run takes the outputs it has.
    ipynb
        File for the notebook with its outputs.
    """
    from twelvelead.commands.notebook import notebook_to_pdf, parse_settings

    settings = parse_settings(set_)
    if data is not None:
        settings["DATA_PATH"] = str(data)
    if not run and (settings or ipynb):
        raise ConfigError("--no-run takes the outputs as they are; --data, --set and --ipynb need a run.")
    pdf = out or Path(file.stem + ".pdf")
    notebook_to_pdf(file, pdf, settings, run=run, executed=ipynb, say=say)
    print("\n".join(str(path) for path in (pdf, ipynb) if path))
    return 0


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
