"""`twelvelead predict`: options, help, what is printed."""

import json
from pathlib import Path
from typing import Any, Literal

from twelvelead.cli_commands.shared import EPILOGUE, Json, reading_hints, say_model
from twelvelead.config import Device, MissingLeads
from twelvelead.errors import ConfigError
from twelvelead.progress import say

__all__ = ["predict"]

ROWS_OF_A_TABLE = 500
"""Answers that a table holds; more of them make another one, so that any number of files can be shown."""

FILES_BETWEEN_LINES = 1000


def predict(
    *files: Path,
    run: str | None = None,
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

    A file that cannot be read is reported, the others go on, and the exit code is 1. What is to be said of many files
    is counted; --json, --csv and --parquet have it file by file.

    Examples:
      twelvelead predict ecg.dcm
      twelvelead predict folder --run runs/try --json
      twelvelead predict folder --run model.onnx --parquet answers.parquet
      twelvelead predict export.csv --run runs/try --rate 500 --unit uV --plot pictures

    Parameters
    ----------
    files
        ECG files (`twelvelead formats` lists what is known); a folder stands for all ECG files below it, - for one
        ECG on standard input.
    run
        Run folder with a trained model, an ONNX file of `twelvelead export`, or the name of a model that comes with
        twelvelead. Default: the best of those.
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
    from twelvelead.commands.notes import Notes
    from twelvelead.commands.prediction_log import Totals
    from twelvelead.inference.predict import load
    from twelvelead.inference.shipped import find_model

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
    hints = reading_hints(rate, leads, unit, missing_leads)
    folder = find_model(run)
    if not json_:  # whose readers find each file's error in its object
        job.check_paths(files, log)
    model = load(folder, device)
    totals, notes = Totals(), Notes()
    shown: list[Any] = []
    done, failed = 0, 0
    model_said = run is not None

    def print_table() -> None:
        text = job.table(shown, model.info)
        print(text, end="\n" if text else "")
        shown.clear()

    for answer in job.predictions(model, folder, files, hints, for_plots=plot is not None, log=log, totals=totals):
        done += 1
        if answer.error is not None:
            failed += 1
            if not json_:  # there it stands on stdout
                say(f"twelvelead: {job.complaint(answer)}")
        elif not model_said:
            say_model(folder)
            model_said = True
        if plot:
            job.draw(answer, plot, job.picture_name(answer.file, files), f".{plot_format}")
        if json_:
            print(json.dumps(answer.to_json(), ensure_ascii=False), flush=True)
        elif log:
            if done % FILES_BETWEEN_LINES == 0:
                say(f"predicted: {done:,} files")
        else:
            shown.append(answer)
            notes.add(answer)
            if len(shown) == ROWS_OF_A_TABLE:
                print_table()
    if log and not json_:
        now = f" ({done:,} of them now)" if done < totals.files else ""
        print(f"{log}: {totals.files:,} files{now}, {totals.failed:,} could not be predicted\n{EPILOGUE}")
    elif not json_:
        print_table()
        if done > failed:
            print("\n".join(filter(None, (notes.text(), job.table_end(model.info)))))
    return 1 if failed or totals.failed else 0
