"""Predict ECG files with a run's model and show the answers: a table, JSON Lines, pictures."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from twelvelead.commands.tables import format_table
from twelvelead.config import Device
from twelvelead.errors import DataError
from twelvelead.inference.predict import Prediction, find_files, predict_files
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.models.classifier import ModelInfo
from twelvelead.models.device import choose_device
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.save import save_figure
from twelvelead.report.style import RESEARCH_ONLY

__all__ = ["complaint", "describe", "draw", "open_model", "predictions", "table"]


def open_model(run: Path, device: Device = "auto") -> Predictor:
    """The predictor of a run; files come one at a time, so one thread is enough."""
    return Predictor(load_classifier(run, choose_device(device)), workers=1)


def predictions(predictor: Predictor, paths: Sequence[Path]) -> Iterator[Prediction]:
    """One prediction a file.

    Raises:
        DataError: the paths name no file at all.
    """
    files = find_files(paths)
    first = next(files, None)
    if first is None:
        raise DataError(f"no .hea file in {', '.join(map(str, paths))}.")

    def every() -> Iterator[Path]:
        yield first
        yield from files

    yield from predict_files(predictor, every())


def table(found: Sequence[Prediction], info: ModelInfo) -> str:
    """Probabilities of all files, `*` where the decision is "present", and what is to be said of each file."""
    rows = []
    for answer in found:
        if answer.probabilities is None or answer.decisions is None:
            continue
        marks = [f"{p:.3f}{'*' if answer.decisions[c] else ' '}" for c, p in answer.probabilities.items()]
        rows.append([answer.file, *marks])
    lines = [format_table(["file", *(f"{c} " for c in info.classes)], rows)] if rows else []
    for answer in found:
        lines += [f"{answer.file}: {note}" for note in (*answer.quality, *answer.steps)]
    if not rows:
        return ""
    named = ", ".join(f"{c} {t:.3f}" for c, t in zip(info.classes, info.decision_thresholds))
    return "\n".join([*lines, f"* at least the threshold: {named}", RESEARCH_ONLY])


def describe(answer: Prediction) -> str:
    """Probabilities in one line, most probable first."""
    assert answer.probabilities is not None and answer.decisions is not None
    ordered = sorted(answer.probabilities.items(), key=lambda item: -item[1])
    return "   ".join(f"{c} {100 * p:.0f} %{' *' if answer.decisions[c] else ''}" for c, p in ordered)


def complaint(answer: Prediction) -> str:
    """The error of a file that could not be predicted, beginning with its path as it was given."""
    assert answer.error is not None
    name = Path(answer.file).name
    for begin in (f"{name}: ", f"{name}.hea: "):
        if answer.error.startswith(begin):
            return f"{answer.file}: {answer.error.removeprefix(begin)}"
    return answer.error


def draw(answer: Prediction, folder: Path, used: set[str]) -> Path | None:
    """The ECG on paper with its result, as PNG in `folder`; None for a file that could not be read."""
    if answer.recording is None or answer.probabilities is None:
        return None
    stem = Path(answer.file).stem
    name, number = stem, 1
    while name in used:
        number += 1
        name = f"{stem}-{number}"
    used.add(name)
    recording = answer.recording
    figure = plot_ecg(
        recording.signal_mv,
        recording.rate_hz,
        title=Path(answer.file).name,
        subtitle="; ".join((*answer.quality, *answer.steps)) or None,
        leads=recording.leads,
        footer=f"{describe(answer)}   (* at least the threshold)",
    )
    return save_figure(figure, folder / f"{name}.png")
