"""The recipes of `runs/` beside the assignment's: three seeds each, judged once on records that chose nothing.

    python experiments/claims.py ptbxl --out claims

Trains on folds 1-7, keeps the epoch that fold 8 says, and judges on fold 9. Prints the table of docs/training.md and
writes it as `claims.json`. What was trained before is taken over; an interrupted training goes on.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from judged import Judged, judge
from recipes import FOLDS, complete, read_recipe, train_seeds
from twelvelead.config import DataOptions
from twelvelead.files import write_json
from twelvelead.models.checkpoint import load_classifier
from twelvelead.training.history import Epoch, read_history

BASE = "assignment"
RECIPES = (BASE, "cnn_lstm", "resnet_lstm", "resnet1d_wang")


def main() -> None:
    """Train what is missing, judge, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="PTB-XL's folder")
    parser.add_argument("--out", type=Path, default=Path("build/claims"), help="folder for the runs")
    parser.add_argument("--store", type=Path, help="folder for the signal store")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--recipes", default=",".join(RECIPES), help="besides the assignment's")
    chosen = parser.parse_args()
    data = DataOptions(store=chosen.store, **FOLDS)
    seeds = [int(seed) for seed in chosen.seeds.split(",")]
    found: dict[str, Judged] = {}
    rows: dict[str, dict[str, Any]] = {}
    trained: dict[str, list[Path]] = {}
    for name in dict.fromkeys([BASE, *chosen.recipes.split(",")]):
        recipe = complete(read_recipe(name), chosen.data, chosen.out / "teachers", data)
        runs = trained[name] = train_seeds(chosen.data, chosen.out / name, data, recipe, seeds)
        found[name] = judge(runs, chosen.data, data, "test")
        rows[name] = _row(found[name], found[BASE], _parameters(runs[0]))
        if name != BASE:
            rows[name]["time_to_base"] = _time_to_base(runs, trained[BASE])
        print(_line(name, rows[name]), flush=True)
    for name, runs in trained.items():
        if len(seeds) > 1 and name != BASE:
            together = judge(runs, chosen.data, data, "test", together=True)
            rows[f"{name}, {len(seeds)} together"] = _row(together, found[BASE], sum(map(_parameters, runs)))
    write_json(chosen.out / "claims.json", {"folds": FOLDS, "seeds": seeds, "recipes": rows})
    print("\n" + table(rows))


def table(rows: dict[str, dict[str, Any]]) -> str:
    """The rows as Markdown."""
    lines = [
        "| Recipe | Parameters | Macro AUC, fold 9 | Each seed | Over the assignment's | Minutes | To its accuracy |"
    ]
    lines += ["|---|---|---|---|---|---|---|", *(_line(name, row) for name, row in rows.items())]
    return "\n".join(lines)


def _row(judged: Judged, base: Judged, parameters: int) -> dict[str, Any]:
    difference, between = judged.minus(base)
    return {
        "macro_auc": judged.mean,
        "interval": [judged.interval.low, judged.interval.high],
        "seeds": list(judged.areas),
        "difference": difference,
        "difference_interval": [between.low, between.high],
        "parameters": parameters,
        "minutes": judged.seconds / 60,
    }


def _parameters(run: Path) -> int:
    return sum(p.numel() for p in load_classifier(run).parameters())


def _line(name: str, row: dict[str, Any]) -> str:
    (low, high), (least, most) = row["interval"], row["difference_interval"]
    seeds = ", ".join(f"{area:.3f}" for area in row["seeds"])
    over = "" if name == BASE else f"{row['difference']:+.3f} [{least:+.3f}, {most:+.3f}]"
    return (
        f"| {name} | {row['parameters']:,} | {row['macro_auc']:.3f} [{low:.3f}, {high:.3f}] | {seeds} | {over} | "
        f"{row['minutes']:.1f} | {_share(row['time_to_base']) if 'time_to_base' in row else ''} |"
    )


def _time_to_base(runs: list[Path], base: list[Path]) -> float | None:
    """Until a run's validation macro AUC reaches the best of the assignment's runs, as a share of their whole time.

    Means over the seeds; None where a seed never reaches it.
    """
    histories = [read_history(run) for run in base]
    wanted = float(np.mean([max(epoch.val_macro_auc or 0.0 for epoch in history) for history in histories]))
    whole = float(np.mean([sum(epoch.seconds for epoch in history) for history in histories]))
    times = [_seconds_until(wanted, read_history(run)) for run in runs]
    return None if None in times else float(np.mean([time for time in times if time is not None])) / whole


def _seconds_until(area: float, history: list[Epoch]) -> float | None:
    passed = 0.0
    for epoch in history:
        passed += epoch.seconds
        if (epoch.val_macro_auc or 0.0) >= area:
            return passed
    return None


def _share(time: float | None) -> str:
    return "not reached" if time is None else f"{100 * time:.0f} %"


if __name__ == "__main__":
    main()
