"""Train a recipe of `runs/` with all that it starts from and learns from; what is there already is taken over.

    python experiments/recipes.py ptbxl resnet1d_wang             # folds 1-8, 9 and 10: runs/resnet1d_wang
    python experiments/recipes.py ptbxl resnet_lstm --seed 1 --out runs/again
    python experiments/recipes.py --pretrain resnet_lstm           # on simulated ECGs; needs no data

An interrupted training goes on.
"""

import argparse
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.simulate import simulate_dataset
from twelvelead.progress import TrainingProgress, counting, say
from twelvelead.training.run_folder import SUMMARY_FILE
from twelvelead.training.train import train

__all__ = ["FOLDS", "REPO", "complete", "is_finished", "pretrained", "read_recipe", "train_run", "train_seeds"]

FOLDS = {"train_folds": "1-7", "val_folds": "8", "test_folds": "9"}
"""Of all choices and claims; fold 10 is left for the whole data set."""

REPO = Path(__file__).resolve().parents[1]
RECIPES = REPO / "runs"
SIMULATED = RECIPES / "simulated"
SIMULATED_RECORDS, SIMULATED_SEED = 8000, 5

NETWORKS = {"resnet1d_wang": "stem_stride=2", "resnet_lstm": "", "xresnet1d": "depth=34", "cnn_lstm": ""}
"""What is pretrained, and its options in the recipes."""

TEACHERS = ("resnet1d_wang", "xresnet1d")


def main() -> None:
    """Train what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", help="PTB-XL's folder")
    parser.add_argument("recipe", nargs="?", help="name of a file in runs/")
    parser.add_argument("--pretrain", choices=NETWORKS, help="pretrain this network only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="run folder; default: runs/RECIPE")
    parser.add_argument("--store", type=Path, help="folder for the signal store")
    chosen = parser.parse_args()
    if chosen.pretrain:
        pretrained(chosen.pretrain)
        return
    if not chosen.data or not chosen.recipe:
        parser.error("needs PTB-XL's folder and the name of a recipe")
    out = chosen.out or RECIPES / chosen.recipe
    data = DataOptions(store=chosen.store)
    recipe = complete(read_recipe(chosen.recipe), chosen.data, RECIPES / "teachers", data)
    train_run(chosen.data, out, data, recipe, chosen.seed)
    say(f"next: twelvelead evaluate {out}")


def read_recipe(name: str) -> dict[str, Any]:
    """The options of `runs/NAME.toml`."""
    options: dict[str, Any] = tomllib.loads((RECIPES / f"{name}.toml").read_text(encoding="utf-8"))["train"]
    return options


def complete(recipe: Mapping[str, Any], data_dir: Path, teachers: Path, data: DataOptions) -> dict[str, Any]:
    """The recipe with the runs that it starts from and learns from, trained where they are missing."""
    made = dict(recipe)
    if made.get("start"):
        made["start"] = str(pretrained(made["network"], made.get("network_options", "")))
    if made.get("teachers"):
        made["teachers"] = teachers_of(data_dir, teachers, data)
    return made


def pretrained(network: str, network_options: str | None = None) -> Path:
    """The run of `network` on simulated ECGs, with its options in the recipes or with others."""
    usual = NETWORKS.get(network, "")
    options = usual if network_options is None else network_options
    run = RECIPES / f"pretrained-{network}{'' if options == usual else '-' + (options or 'plain')}"
    if is_finished(run):
        return run
    if not (SIMULATED / "ptbxl_database.csv").is_file():
        with counting("simulated") as progress:
            simulate_dataset(SIMULATED, records=SIMULATED_RECORDS, seed=SIMULATED_SEED, rates=(100,), progress=progress)
    recipe = read_recipe("pretrain")
    recipe |= {"network": network, "network_options": options}
    return train_run(SIMULATED, run, DataOptions(), recipe, seed=0)


def teachers_of(data_dir: Path, out: Path, data: DataOptions) -> str:
    """The teachers' runs on this split, as the option `teachers` has them."""
    runs = []
    for network in TEACHERS:
        recipe = read_recipe("teacher") | {"network": network, "network_options": NETWORKS[network]}
        recipe["start"] = str(pretrained(network))
        runs.append(train_run(data_dir, out / network, data, recipe, seed=0))
    return ",".join(map(str, runs))


def train_seeds(
    data_dir: Path, out: Path, data: DataOptions, recipe: Mapping[str, Any], seeds: Sequence[int]
) -> list[Path]:
    """A run for each seed, below `out`."""
    return [train_run(data_dir, out / f"seed{seed}", data, recipe, seed) for seed in seeds]


def train_run(data_dir: Path, run: Path, data: DataOptions, recipe: Mapping[str, Any], seed: int) -> Path:
    """Train one run, unless it is finished.

    Raises:
        KeyboardInterrupt: it was stopped by hand.
    """
    if is_finished(run):
        return run
    names = {field.name for field in fields(TrainOptions)}
    options = replace(TrainOptions(**{key: value for key, value in recipe.items() if key in names}), seed=seed)
    say(f"training {run}")
    with TrainingProgress(options.epochs) as watcher:
        if train(data_dir, run, data, options, resume=True, watcher=watcher).fit.interrupted:
            raise KeyboardInterrupt
    return run


def is_finished(run: Path) -> bool:
    """Whether the training went through all its epochs."""
    summary = run / SUMMARY_FILE
    return summary.is_file() and not json.loads(summary.read_text(encoding="utf-8"))["interrupted"]


if __name__ == "__main__":
    main()
