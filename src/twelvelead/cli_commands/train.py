"""`twelvelead train`: options, help, what is printed."""

import json
import sys
from pathlib import Path
from typing import Any

from twelvelead.cli_commands.shared import Data, Json, Recipe, Switch, print_json
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.processes import first_to_tell, is_main_process
from twelvelead.progress import TrainingProgress, counting, say

__all__ = ["train"]


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

    run = out or Path("runs") / f"{recipe.network}-{data_options.task}-seed{recipe.seed}"
    if resume and not (run / "config.toml").is_file():
        say(f"note: there is no training in {run} to go on with; a new one begins")
    if recipe.devices > 1:
        from twelvelead.training.workers import needs_workers, train_in_workers

        if needs_workers(recipe):
            return train_in_workers(recipe.devices, run)
    from twelvelead.training.train import train as run_training

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
    if result.fit.interrupted and first_to_tell():
        print(f"stopped; go on with --resume --out {run}", file=sys.stderr, flush=True)
    if not is_main_process():
        return 0
    kept = result.fit.epochs[result.fit.best_epoch - 1]
    if json_:
        print_json(json.loads((run / "training.json").read_text(encoding="utf-8")))
    else:
        area = "N/A" if kept.val_macro_auc is None else f"{kept.val_macro_auc:.4f}"
        print(f"kept epoch {kept.epoch}: validation loss {kept.val_loss:.4f}, validation macro AUC {area}")
        print(f"model: {run / 'model'}\nnext: twelvelead evaluate {run}")
    return 130 if result.fit.interrupted else 0
