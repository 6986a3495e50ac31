"""How much of an explanation falls on what the disease altered: measured on simulated ECGs, beside chance and controls.

    python experiments/explained.py                       # trains a small model on simulated ECGs first
    python experiments/explained.py --run runs/first      # another model that answers in superclasses

Prints the tables of docs/explain.md. Only hearts that the model gets right are counted: the class found present in the
ill one and absent in the same heart when well. What was made before is taken over; an interrupted run goes on.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from altered_pairs import CLASSES, AlteredPair, altered_pairs
from recipes import train_run
from twelvelead.config import DataOptions, ExplainMethod
from twelvelead.data.simulate import simulate_dataset
from twelvelead.evaluation.bootstrap import draw_resamples, interval, resampled_means
from twelvelead.files import write_text
from twelvelead.formats.recording import make_recording
from twelvelead.inference.predict import Model
from twelvelead.inference.predictor import Predictor
from twelvelead.leads import LEADS
from twelvelead.models.checkpoint import load_classifier
from twelvelead.models.classifier import Classifier
from twelvelead.progress import counting, say

RECORDS, DATA_SEED = 2000, 3
RECIPE = {
    "network": "resnet1d_wang",
    "network_options": "stem_stride=2",
    "epochs": 10,
    "lr": 2e-3,
    "schedule": "one-cycle",
    "crop_s": 2.5,
    "clip": 1.0,
    "threads": 1,
}
"""Small: a few minutes on one core."""

TRIED_FOR_EACH = 4
"""Hearts that are made for each that is wanted, at most."""

Values = NDArray[np.floating[Any]]


def main() -> None:
    """Measure what is missing and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, help="run or model folder; default: trained here")
    parser.add_argument("--out", type=Path, default=Path("build/explained"), help="folder for what is made")
    parser.add_argument("--ecgs", type=int, default=15, help="explained ECGs of each class")
    chosen = parser.parse_args()
    run = chosen.run or _trained(chosen.out)
    trained = load_classifier(run)
    log = chosen.out / f"{run.name}-{_digest(trained)}.jsonl"
    models = Model(Predictor(trained, workers=1)), Model(Predictor(untrained(trained), workers=1))
    rows = [row for name in CLASSES for row in _measured(name, *models, chosen.ecgs, log)]
    print(tables(rows))


def _trained(out: Path) -> Path:
    data = out / "data"
    if not (data / "ptbxl_database.csv").is_file():
        with counting("simulated") as progress:
            simulate_dataset(data, records=RECORDS, seed=DATA_SEED, rates=(100,), progress=progress)
    return train_run(data, out / "run", DataOptions(), RECIPE, seed=0)


def _digest(classifier: Classifier) -> str:
    """Tells models apart, whatever their folders are called."""
    values = classifier.state_dict().items()
    return hashlib.sha256(b"".join(value.cpu().numpy().tobytes() for _, value in values)).hexdigest()[:12]


def untrained(classifier: Classifier) -> Classifier:
    """The same network with random weights (the randomisation test of Adebayo et al. 2018, arXiv 1810.03292)."""
    torch.manual_seed(0)
    mean, std = (values.cpu().double().numpy() for values in (classifier.mean_mv, classifier.std_mv))
    return Classifier(classifier.info, mean, std).eval()


def _measured(name: str, model: Model, random: Model, wanted: int, log: Path) -> list[dict[str, Any]]:
    """One row for each of the first hearts of a class, until `wanted` of them were answered rightly."""
    done = {row["number"]: row for row in _logged(log) if row["class"] == name}
    rows: list[dict[str, Any]] = []
    log.parent.mkdir(parents=True, exist_ok=True)
    for pair in islice(altered_pairs(name, model.info.rate_hz), TRIED_FOR_EACH * wanted):
        row = done.get(pair.number)
        if row is None:
            row = {"class": name, "number": pair.number, "codes": pair.codes, **measure(name, model, random, pair)}
            with log.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
        rows.append(row)
        right = sum(row["right"] for row in rows)
        if right == wanted:
            break
    say(f"{name}: {right} of {len(rows)} hearts answered rightly")
    return rows


def _logged(log: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a log; drops a torn last one from the file, so that appending goes on after it."""
    if not log.is_file():
        return
    text = log.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        write_text(log, whole)
    yield from map(json.loads, whole.splitlines())


def measure(name: str, model: Model, random: Model, pair: AlteredPair) -> dict[str, Any]:
    """Shares of the attribution that fall on what is altered, and what chance and controls have there."""
    ill, well = (make_recording(one, model.info.rate_hz, LEADS, "simulated") for one in (pair.ill_mv, pair.well_mv))
    present = [(model.predict(one).decisions or {})[name] for one in (ill, well)]
    if present != [True, False]:
        return {"right": False}
    size = np.abs(pair.ill_mv - np.median(pair.ill_mv, axis=0))
    times = pair.altered.any(axis=1, keepdims=True)

    def attribution(one: Model, method: ExplainMethod) -> Values:
        return one.explain(ill, name, method=method).attribution

    gradients = attribution(model, "integrated_gradients")
    return {
        "right": True,
        "altered": float(pair.altered.mean()),
        "altered_times": float(times.mean()),
        "absolute": share_on(np.abs(gradients), pair.altered),
        "for": share_on(np.clip(gradients, 0, None), pair.altered),
        "shifted": shifted_share(np.abs(gradients), pair.altered),
        "size": share_on(size, pair.altered),
        "untrained": share_on(np.abs(attribution(random, "integrated_gradients")), pair.altered),
        "grad_cam": share_on(attribution(model, "grad_cam"), times),
        "size_times": share_on(size.sum(axis=1, keepdims=True), times),
        "untrained_times": share_on(attribution(random, "grad_cam"), times),
    }


def share_on(values: Values, altered: NDArray[np.bool_]) -> float:
    """Share of `values`, not below 0, that falls on `altered`; NaN where all are 0."""
    whole = float(values.sum())
    return float(values[altered].sum()) / whole if whole else float("nan")


def shifted_share(values: Values, altered: NDArray[np.bool_]) -> float:
    """The mean of `share_on` over all shifts of `values` in time, the end coming round to the beginning.

    What an explanation would have that knows the leads and not the times.
    """
    whole = float(values.sum())
    return float(values.sum(axis=0) @ altered.mean(axis=0)) / whole if whole else float("nan")


GRADIENTS = {
    "altered": "altered (chance)",
    "absolute": "integrated gradients",
    "for": "of them, above 0",
    "shifted": "shifted in time",
    "size": "size of the signal",
    "untrained": "untrained network",
}
CAM = {
    "altered_times": "altered (chance)",
    "grad_cam": "Grad-CAM",
    "size_times": "size of the signal",
    "untrained_times": "untrained network",
}
"""Columns of the two tables, and their heads."""


def tables(rows: list[dict[str, Any]]) -> str:
    """Both tables as Markdown."""
    return "\n\n".join(_table(rows, columns) for columns in (GRADIENTS, CAM))


def _table(rows: list[dict[str, Any]], columns: dict[str, str]) -> str:
    lines = [f"| class | ECGs | {' | '.join(columns.values())} |", "|---|---:" + "|---:" * len(columns) + "|"]
    for name in CLASSES:
        tried = [row for row in rows if row["class"] == name]
        right = [row for row in tried if row["right"]]
        cells = [_mean([row[column] for row in right]) for column in columns]
        lines.append(f"| {name} | {len(right)} of {len(tried)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean(values: list[float]) -> str:
    """Mean in percent, with its 95 % interval over ECGs; those without a value are left out."""
    defined = np.array([value for value in values if not np.isnan(value)])
    if not len(defined):
        return "–"
    found = interval(resampled_means(defined[:, None], draw_resamples(np.arange(len(defined)))))
    assert found is not None
    left_out = f" ({len(defined)} ECGs)" if len(defined) < len(values) else ""
    return f"{100 * defined.mean():.0f} % [{100 * found.low:.0f}, {100 * found.high:.0f}]{left_out}"


if __name__ == "__main__":
    main()
