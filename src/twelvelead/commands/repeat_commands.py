"""The commands that repeat a run's result, with those options only that differ from the defaults."""

import shlex
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from twelvelead.config import DataOptions, TrainOptions
from twelvelead.config.checks import flag_of
from twelvelead.evaluation.thresholds import BEST_F1, ThresholdRule

__all__ = ["repeat_commands"]

_FOLDS = ("train_folds", "val_folds", "test_folds")
_OF_THE_MACHINE = ("store", "device", "devices", "nodes", "resident", "threads")
"""Options that say where to compute and to keep files; they are not part of the recipe."""


def repeat_commands(run_name: str, options: Mapping[str, Any], protocol: Mapping[str, Any]) -> tuple[str, ...]:
    """`train`, `evaluate` and `report`, as they are typed.

    Args:
        run_name: the run folder's name.
        options: the table [train] of `config.toml`; empty where there is none.
        protocol: of `metrics.json`.
    """
    if not options:
        return ()
    data = Path(str(options.get("data", "DATA"))).name or "DATA"
    train = ["twelvelead", "train", data, *_changed(options), "--out", run_name]
    evaluate = ["twelvelead", "evaluate", run_name, *_other_folds(options, protocol), *_other_rule(protocol)]
    return tuple(shlex.join(words) for words in (train, evaluate, ["twelvelead", "report", run_name]))


def _changed(options: Mapping[str, Any]) -> list[str]:
    words = []
    for group in (DataOptions, TrainOptions):
        for field in fields(group):
            value = options.get(field.name, field.default)
            if field.name not in _OF_THE_MACHINE and value != field.default:
                words += [flag_of(field.name), str(value)]
    return words


def _other_folds(options: Mapping[str, Any], protocol: Mapping[str, Any]) -> list[str]:
    """Folds of the evaluation that are not the training's."""
    described = str(protocol.get("split", ""))
    if not described.startswith("strat_fold: "):
        return []
    defaults = {field.name: field.default for field in fields(DataOptions)}
    # Folds are numbers and commas too ("test 9,10"), so parts are told by their names.
    parts = dict(piece.split(" ", 1) for piece in described.removeprefix("strat_fold: ").split(", ") if " " in piece)
    words = []
    for name in _FOLDS[1:]:
        used, trained = parts.get(name.removesuffix("_folds")), str(options.get(name, defaults[name]))
        if used and used != trained.replace(" ", ""):
            words += [flag_of(name), used]
    return words


def _other_rule(protocol: Mapping[str, Any]) -> list[str]:
    rule = _typed(str(protocol.get("threshold_rule", "")))
    words = ["--thresholds", rule] if rule else []
    return [*words, "--calibrate"] if protocol.get("temperature", 1.0) != 1 else words


def _typed(description: str) -> str:
    """The rule as it is typed, "" for the default one and for none."""
    if description == BEST_F1.description or description.startswith("0.5"):
        return ""
    kinds = [ThresholdRule("youden")]
    kinds += [ThresholdRule(kind, wanted) for kind in ("sensitivity", "specificity") for wanted in _shares(description)]
    return next((rule.name for rule in kinds if rule.description == description), "")


def _shares(description: str) -> list[float]:
    found = []
    for word in description.replace(",", " ").split():
        try:
            found.append(float(word))
        except ValueError:
            continue
    return found
