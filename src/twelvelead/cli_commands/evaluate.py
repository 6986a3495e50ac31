"""`twelvelead evaluate`: options, help, what is printed."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Group, Parameter

from twelvelead.cli_commands.shared import Json, print_json
from twelvelead.config import Device
from twelvelead.errors import ConfigError
from twelvelead.progress import say

__all__ = ["evaluate"]

Judged = Group("Judge anyone's predictions instead of a run", sort_key=1)


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
    task: Annotated[str | None, Parameter(group=Judged)] = None,
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
        print_json(result.metrics)
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
