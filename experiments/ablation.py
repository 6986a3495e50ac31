"""What each part of a recipe is worth: trained without it, or with something else in its place, and judged on fold 8.

    python experiments/ablation.py ptbxl --out ablation

Trains on folds 1-7; fold 9 and fold 10 are not looked at. Prints the table of docs/training.md. What was trained before
is taken over; an interrupted training goes on.
"""

import argparse
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from judged import Judged, judge
from recipes import FOLDS, REPO, complete, is_finished, read_recipe, train_seeds
from self_supervised import pretrain_without_labels
from twelvelead.config import DataOptions


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    recipe: str
    changes: dict[str, Any] = field(default_factory=dict)
    """Of the recipe."""
    data: dict[str, Any] = field(default_factory=dict)
    """Of the data."""
    without_labels: str = ""
    """Folder of weights that saw the training records' signals alone: it starts from these. They themselves start from
    those that the recipe starts from, or from random ones."""

    @property
    def is_recipe(self) -> bool:
        """Whether nothing is changed."""
        return not (self.changes or self.data or self.without_labels)

    @property
    def folder(self) -> str:
        """A name for files."""
        kept = "".join(c if c.isalnum() else "-" for c in self.name.lower())
        return f"{self.recipe}-{'-'.join(filter(None, kept.split('-')))}"

    def command(self, made: Mapping[str, Any]) -> str:
        """As it is typed; `made`: the recipe with the runs of this split that it starts from and learns from."""
        words = ["twelvelead", "train", "ptbxl", "--config", f"runs/{self.recipe}.toml"]
        runs = {key: made[key] for key in ("start", "teachers") if made.get(key)}
        for key, value in {**FOLDS, **self.data, **self.changes, **runs}.items():
            words += ["--" + key.replace("_", "-"), str(value).replace(f"{REPO}/", "")]
        return shlex.join(words)


def main() -> None:
    """Train what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="PTB-XL's folder")
    parser.add_argument("--out", type=Path, default=Path("build/ablation"), help="folder for the runs")
    parser.add_argument("--store", type=Path, help="folder for the signal store")
    parser.add_argument("--seeds", default="0", help="like 0,1,2")
    parser.add_argument("--only", help="rows whose name has this in it, besides the recipes themselves")
    parser.add_argument("--trained", action="store_true", help="train nothing; rows that are trained already")
    chosen = parser.parse_args()
    data = DataOptions(store=chosen.store, **FOLDS)
    seeds = [int(seed) for seed in chosen.seeds.split(",")]
    found: list[tuple[Row, Judged]] = []
    commands: list[str] = []
    for row in ROWS:
        if chosen.only and not row.is_recipe and chosen.only not in row.name:
            continue
        folders = [chosen.out / row.folder / f"seed{seed}" for seed in seeds]
        if chosen.trained and not all(map(is_finished, folders)):
            continue
        recipe = recipe_of(row, chosen.data, chosen.out, data)
        runs = train_seeds(chosen.data, chosen.out / row.folder, replace(data, **row.data), recipe, seeds)
        found.append((row, judge(runs, chosen.data, data, "val")))
        commands.append(f"# {row.name}\n{row.command(recipe)}")
        print(_line(*found[-1], found), flush=True)
    print("\n".join(["", table(found), "", "```", *commands, "```"]))


def recipe_of(row: Row, data_dir: Path, out: Path, data: DataOptions) -> dict[str, Any]:
    """The row's recipe with the weights that it starts from and its teachers, made in `out` where they are missing."""
    recipe = complete(read_recipe(row.recipe) | row.changes, data_dir, out / "teachers", data)
    if row.without_labels:
        network, options, start = (recipe.get(key, "") for key in ("network", "network_options", "start"))
        made = pretrain_without_labels(data_dir, out / row.without_labels, data, network, options, start)
        recipe["start"] = str(made)
    return recipe


def table(found: list[tuple[Row, Judged]]) -> str:
    """The rows as Markdown."""
    lines = ["| Recipe | Macro AUC, fold 8 | Difference | Minutes |", "|---|---|---|---|"]
    lines += [_line(row, judged, found) for row, judged in found]
    return "\n".join(lines)


def _line(row: Row, judged: Judged, found: list[tuple[Row, Judged]]) -> str:
    low, high = judged.interval.low, judged.interval.high
    base = next(other for first, other in found if first.recipe == row.recipe)
    difference = ""
    if not row.is_recipe:
        value, between = judged.minus(base)
        difference = f"{value:+.3f} [{between.low:+.3f}, {between.high:+.3f}]"
    minutes = judged.seconds / 60
    return f"| {row.name} | {judged.mean:.3f} [{low:.3f}, {high:.3f}] | {difference} | {minutes:.1f} |"


BEST = "resnet1d_wang"
ROWS = (
    Row("the recipe", BEST),
    Row("no teachers", BEST, {"teachers": ""}),
    Row("no teachers, random weights at the start", BEST, {"teachers": "", "start": ""}),
    Row("random weights at the start", BEST, {"start": ""}),
    Row(
        "no teachers, pretrained without labels on the same records",
        BEST,
        {"teachers": "", "start": ""},
        without_labels="without-labels",
    ),
    Row(
        "no teachers, pretrained without labels after simulated ECGs",
        BEST,
        {"teachers": ""},
        without_labels="without-labels-after-simulated",
    ),
    Row("pretrained without labels after simulated ECGs", BEST, without_labels="without-labels-after-simulated"),
    Row("trained on all 71 statements, noisy-OR, no teachers", BEST, {"teachers": ""}, {"task": "all"}),
    Row("whole records instead of crops", BEST, {"crop_s": 0.0}),
    Row("plateau rule instead of one cycle", BEST, {"schedule": "plateau", "lr": 1e-3}),
    Row("last weights instead of their average", BEST, {"average": 0.0}),
    Row("no weight decay", BEST, {"weight_decay": 0.0}),
    Row("mixup", BEST, {"mixup": 0.2}),
    Row("label smoothing", BEST, {"label_smoothing": 0.1}),
    Row("balanced classes", BEST, {"class_weights": "balanced"}),
    Row("random amplitude", BEST, {"amplitude": 0.15}),
    Row("random baseline wander", BEST, {"wander": 0.05}),
    Row("random blank leads", BEST, {"mask_leads": 0.1}),
    Row("random blank time", BEST, {"mask_time": 0.2}),
    Row("random stretch of time", BEST, {"stretch": 0.1}),
    Row("no stride in the stem", BEST, {"network_options": ""}),
    Row("no stride in the stem, random weights at the start", BEST, {"network_options": "", "start": ""}),
    Row("xresnet1d, 34 layers", BEST, {"network": "xresnet1d", "network_options": "depth=34", "start": ""}),
    Row("inception1d", BEST, {"network": "inception1d", "network_options": "", "start": ""}),
    Row("s4", BEST, {"network": "s4", "network_options": "", "start": ""}),
    Row("resnet_lstm", "resnet_lstm"),
    Row("resnet_lstm, random weights at the start", "resnet_lstm", {"start": ""}),
    Row(
        "resnet_lstm, pretrained without labels after simulated ECGs",
        "resnet_lstm",
        without_labels="without-labels-after-simulated-resnet_lstm",
    ),
    Row("the assignment's network", "cnn_lstm"),
    Row("the assignment's network, whole records", "cnn_lstm", {"crop_s": 0.0}),
)


if __name__ == "__main__":
    main()
