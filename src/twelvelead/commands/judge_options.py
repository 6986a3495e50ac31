"""Which of `evaluate`'s options go together when predictions are judged without a run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twelvelead.commands.evaluate_arrays import ArrayFiles, evaluate_arrays
from twelvelead.commands.evaluate_predictions import evaluate_predictions
from twelvelead.commands.evaluate_run import RunEvaluation
from twelvelead.errors import ConfigError

__all__ = ["judge", "refuse"]


def refuse(options: Mapping[str, object], where: str) -> None:
    """Raise ConfigError if one of the options is given: it would be ignored."""
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise ConfigError(f"{given[0]} has no meaning {where}.")


def judge(
    predictions: Path,
    *,
    data: Path | None,
    folds: Mapping[str, str | None],
    choices: Mapping[str, Any],
    labels: Mapping[str, Any],
    arrays: Mapping[str, Path | None],
    classes: str | None,
    figures: bool = True,
) -> RunEvaluation:
    """Judge a table of predictions or arrays, whichever the file is; options that are None have their default.

    Raises:
        ConfigError: an option is missing, or has no meaning for this kind of file.
    """
    chosen = {name: value for name, value in choices.items() if value is not None}
    if predictions.suffix.lower() == ".npy":
        refuse({"--data": data, **{_flag(k): v for k, v in (*folds.items(), *labels.items())}}, "with .npy files")
        names = tuple(name.strip() for name in classes.split(",")) if classes else None
        test, val = _array_files(predictions, arrays)
        return evaluate_arrays(test, val=val, classes=names, figures=figures, **chosen)
    refuse({"--classes": classes, **{_flag(k): v for k, v in arrays.items()}}, "with a table; it is for .npy files")
    if data is None:
        raise ConfigError("--predictions needs --data FOLDER with ptbxl_database.csv, which has labels and folds.")
    others = {name: value for name, value in (*folds.items(), *labels.items()) if value is not None}
    return evaluate_predictions(predictions, data, figures=figures, **others, **chosen)


def _array_files(scores: Path, arrays: Mapping[str, Path | None]) -> tuple[ArrayFiles, ArrayFiles | None]:
    labels, val_scores, val_labels = arrays["labels"], arrays["val_predictions"], arrays["val_labels"]
    if labels is None:
        raise ConfigError("--predictions with a .npy file needs --labels FILE.npy.")
    if (val_scores is None) != (val_labels is None):
        raise ConfigError("--val-predictions and --val-labels go together; one of them is missing.")
    test = ArrayFiles(scores, labels, arrays["patients"])
    if val_scores is None or val_labels is None:
        refuse({"--val-patients": arrays["val_patients"]}, "without --val-predictions")
        return test, None
    return test, ArrayFiles(val_scores, val_labels, arrays["val_patients"])


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
