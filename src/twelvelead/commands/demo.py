"""The main job on made-up data, end to end: simulate, prepare, train, evaluate, predict, draw."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.commands.evaluate_run import RunEvaluation, evaluate_run
from twelvelead.commands.predict_files import describe
from twelvelead.config import DEMO_EPOCHS, DEMO_RECORDS, DataOptions, TrainOptions
from twelvelead.data.parts import load_parts
from twelvelead.data.simulate import simulate_dataset
from twelvelead.inference.predict import load
from twelvelead.progress import TrainingProgress, counting
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.save import save_figure
from twelvelead.training.train import train

__all__ = ["DemoResult", "demo"]

DEMO_LR = 2e-3
DEMO_CLIP = 1.0
"""Few epochs on few records: a larger step than the recipe's, and clipping so that it stays safe."""


@dataclass(frozen=True)
class DemoResult:
    """What the demo made."""

    evaluation: RunEvaluation
    pictures: list[Path]
    run: Path
    data: Path


def demo(
    folder: Path,
    records: int = DEMO_RECORDS,
    epochs: int = DEMO_EPOCHS,
    seed: int = 0,
    say: Callable[[str], None] = print,
) -> DemoResult:
    """Go through the whole path on a simulated data set; about two minutes on two cores.

    Args:
        folder: gets `data/` (simulated PTB-XL, 100 Hz), `run/` (the trained model and its results) and `examples/`.
        records, epochs, seed: size of the demonstration.
        say: gets a line for each stage.
    """
    data, run = folder / "data", folder / "run"
    options = TrainOptions(epochs=epochs, seed=seed, lr=DEMO_LR, clip=DEMO_CLIP)
    say(f"1/4 simulating {records:,} 12-lead ECGs in PTB-XL's layout")
    with counting("simulated") as progress:
        simulate_dataset(data, records=records, seed=seed, rates=(100,), progress=progress)
    say("2/4 reading them into a signal store")
    with counting("prepared") as progress:
        load_parts(data, DataOptions(), progress)
    say(f"3/4 training the CNN-LSTM on folds 1-8 for {epochs} epochs")
    with TrainingProgress(epochs) as watcher:
        train(data, run, options=options, overwrite=True, watcher=watcher)
    say("4/4 evaluating on fold 10, which training never saw, and drawing")
    evaluation = evaluate_run(run)
    return DemoResult(evaluation, _examples(folder, data, run), run, data)


def _examples(folder: Path, data: Path, run: Path) -> list[Path]:
    """One test ECG of each class on paper, with its labels and the model's answer."""
    parts = load_parts(data, DataOptions())
    model = load(run, workers=1)
    positions, _, labels = parts.part("test")
    pictures = []
    for column, name in enumerate(parts.labels.classes):
        of_class = np.flatnonzero(labels[:, column])
        if not len(of_class):
            continue
        # The first one with the fewest other classes: the plainest example, chosen without looking at the model.
        plainest = of_class[labels[of_class].sum(axis=1).argmin()]
        record: Any = parts.metadata.iloc[int(positions[plainest])]
        path = data / record["filename_lr"]
        answer = model.predict(path)
        assert answer.recording is not None
        figure = plot_ecg(
            answer.recording.signal_mv,
            answer.recording.rate_hz,
            leads=answer.recording.leads,
            title=f"Simulated ECG {record.name}",
            subtitle=f"codes: {', '.join(record['scp_codes'])}",
            footer=f"the model says: {describe(answer)}   (* at least the threshold)",
        )
        pictures.append(save_figure(figure, folder / "examples" / f"{name}.png"))
    return pictures
