"""Scores of a test part, and maybe of a validation part, whose model is not at hand: judged and written."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import twelvelead
from twelvelead.commands.evaluate_run import RunEvaluation, write_tables
from twelvelead.commands.run_figures import draw_run
from twelvelead.commands.scoring import ScoredPart, choose_on, score_parts, scoring_protocol
from twelvelead.commands.superclass_scoring import score_as_superclasses
from twelvelead.data.labelled import LabelledParts
from twelvelead.errors import ConfigError
from twelvelead.evaluation.calibration import apply_temperature, fit_temperature
from twelvelead.evaluation.thresholds import BEST_F1, ThresholdRule
from twelvelead.training.run_folder import CONFIG_FILE, MODEL_FOLDER, clear_results

__all__ = ["UNKNOWN_TRAINING", "judge"]

UNKNOWN_TRAINING = (
    "which records trained the model is not known here: that none of them is scored is for its maker to say"
)


def judge(
    scored: dict[str, ScoredPart],
    classes: Sequence[str],
    protocol: dict[str, Any],
    rule: ThresholdRule | None,
    calibrate: bool,
    out: Path | None,
    figures: bool,
    parts: LabelledParts | None = None,
) -> RunEvaluation:
    """Score the parts, and write the results where a folder is given.

    Args:
        scored: "test", and "val" where there is one.
        classes: names of the columns.
        protocol: what the scores are of.
        rule: how thresholds are chosen on "val"; None: by best F1 where there is a "val".
        calibrate: apply a temperature fitted on "val".
        out: folder for `metrics.json`, `predictions.parquet` and `figures/`; None writes nothing.
        figures: whether to draw them.
        parts: the records' labels, where the classes may be finer than superclasses.

    Raises:
        ConfigError: something is to be chosen on validation records and there are none, or `out` holds a run.
    """
    if out:
        _check_out(out)
    val = scored.get("val")
    if val is None and (calibrate or rule):
        option = "--calibrate" if calibrate else "--thresholds"
        raise ConfigError(f"{option} needs predictions of validation records; there are none.")
    rule = rule or BEST_F1
    temperature = fit_temperature(val.labels, val.scores) if calibrate and val else 1.0
    if temperature != 1.0:
        scored = {name: part.with_scores(apply_temperature(part.scores, temperature)) for name, part in scored.items()}
    thresholds = choose_on(scored["val"], rule) if val else None
    metrics = {
        "protocol": {
            **protocol,
            **scoring_protocol(all(part.patients_known for part in scored.values())),
            "threshold_rule": rule.description if val else "none: no validation predictions were given",
            "temperature": temperature,
            "twelvelead": twelvelead.__version__,
        },
        **score_parts(scored, classes, thresholds),
    }
    superclasses = score_as_superclasses(scored, parts, classes) if parts else None
    if superclasses:
        metrics["superclasses"] = superclasses.metrics
    files: list[Path] = []
    if out:
        clear_results(out)
        files = write_tables(out, metrics, scored, classes, superclasses.scored if superclasses else {})
        if figures:
            files += draw_run(out, metrics, scored["test"].labels, scored["test"].scores)
    return RunEvaluation(metrics, files)


def _check_out(out: Path) -> None:
    """Refuse a folder whose results are of something else."""
    if out.exists() and not out.is_dir():
        raise ConfigError(f"--out {out} is a file; name a folder.")
    if (out / CONFIG_FILE).exists() or (out / MODEL_FOLDER).exists():
        raise ConfigError(f"--out {out} is a run with a model of its own; choose another folder.")
