"""Predict ECG files with a trained model and show the answers: a table, JSON Lines, CSV or Parquet, pictures."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import twelvelead
from twelvelead.commands.find_ecgs import check_ecgs, find_ecgs
from twelvelead.commands.prediction_log import Totals, log_predictions
from twelvelead.commands.tables import format_table
from twelvelead.errors import DataError, TwelveleadError
from twelvelead.formats.limits import LARGEST_FILE
from twelvelead.inference.lead_selection import select_leads
from twelvelead.inference.model_digests import model_digests
from twelvelead.inference.predict import Model, Prediction, ReadingHints
from twelvelead.models.info import ModelInfo
from twelvelead.notice import NOTICE

__all__ = ["check_paths", "complaint", "describe", "draw", "picture_name", "predictions", "table", "table_end"]

STDIN = Path("-")

SHOWN_S = 10.0
"""Of a longer recording so much is drawn."""


def check_paths(paths: Sequence[Path], log: Path | None) -> None:
    """Refuse paths of which no answer can come; asked before a model is loaded.

    Args:
        paths: as for `predictions`.
        log: likewise.

    Raises:
        DataError: they name no file at all, or standard input beside something else.
    """
    if STDIN not in paths:
        check_ecgs(paths)
    elif len(paths) > 1 or log:
        raise DataError("- (standard input) is one ECG; give it alone and without a table.")


def predictions(
    model: Model,
    run: Path,
    paths: Sequence[Path],
    hints: ReadingHints,
    *,
    for_plots: bool = False,
    log: Path | None = None,
    totals: Totals | None = None,
) -> Iterator[Prediction]:
    """One prediction a file, in the order of the files.

    Args:
        model: the model of `run`.
        run: its folder or file.
        paths: files and folders that `check_paths` has let through; `-` alone is one ECG on standard input.
        hints: for all files.
        for_plots: whether the predictions are to be drawn.
        totals: of the table, filled in when it is written.
        log: table to write; answers that an interrupted call has left beside it are not made again, nor yielded.
    """
    if STDIN in paths:
        yield _from_stdin(model, hints)
        return

    def predict(rest: Iterator[Path]) -> Iterator[Prediction]:
        return model.predict_files(rest, hints, keep_recordings=for_plots)

    if log is None:
        yield from predict(find_ecgs(paths))
        return
    about = {
        **model_digests(run),
        "hints": asdict(hints),
        "twelvelead": twelvelead.__version__,
    }
    yield from log_predictions(log, model.info.classes, about, find_ecgs(paths), predict, totals or Totals())


def _from_stdin(model: Model, hints: ReadingHints) -> Prediction:
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        answer = model.predict(
            content, rate_hz=hints.rate_hz, leads=hints.leads, unit=hints.unit, missing_leads=hints.missing_leads
        )
    except TwelveleadError as error:
        return Prediction(file=str(STDIN), error=str(error))
    return replace(answer, file=str(STDIN))


def table(found: Sequence[Prediction], info: ModelInfo) -> str:
    """Probabilities of all files, `*` where the decision is "present"; "" without any."""
    rows = []
    for answer in found:
        if answer.probabilities is None or answer.decisions is None:
            continue
        marks = [f"{p:.3f}{'*' if answer.decisions[c] else ' '}" for c, p in answer.probabilities.items()]
        rows.append([answer.file, *marks])
    return format_table(["file", *(f"{c} " for c in info.classes)], rows) if rows else ""


def table_end(info: ModelInfo) -> str:
    """What stands below all tables: the thresholds, and what the answers are not."""
    named = ", ".join(f"{c} {t:.3f}" for c, t in zip(info.classes, info.decision_thresholds))
    return f"* at least the threshold: {named}\n{NOTICE}"


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


def picture_name(file: str, paths: Sequence[Path]) -> str:
    """Name without suffix for a file's picture, always the same: by its place below a folder that was named.

    Files that are named themselves keep their own name, which is theirs alone where no other path ends in it.
    """
    if file == str(STDIN):
        return "standard-input"
    path = Path(file)
    for folder in paths:
        if path != folder and path.is_relative_to(folder):
            return "__".join(path.relative_to(folder).parts)
    same = [other for other in paths if other.stem == path.stem]
    return path.stem if len(same) == 1 else f"{path.name}-{hashlib.sha256(file.encode()).hexdigest()[:8]}"


def draw(answer: Prediction, folder: Path, name: str, suffix: str = ".png") -> Path | None:
    """The ECG on paper with its result in `folder`, as .png or .pdf; None for a file that could not be read."""
    if answer.recording is None or answer.probabilities is None:
        return None
    # Drawing is seldom asked for, and where an exported model predicts, matplotlib need not be installed.
    from twelvelead.report.ecg_paper import plot_ecg
    from twelvelead.report.save import save_figure

    recording = answer.recording
    signal = select_leads(recording, "zero").signal_mv
    notes = [*answer.quality, *answer.steps]
    if len(signal) / recording.rate_hz > SHOWN_S:
        notes.append(f"the first {SHOWN_S:g} s of {len(signal) / recording.rate_hz:.1f} s are shown")
    figure = plot_ecg(
        signal[: round(SHOWN_S * recording.rate_hz)],
        recording.rate_hz,
        title=Path(answer.file).name,
        subtitle="; ".join(notes) or None,
        footer=f"{describe(answer)}   (* at least the threshold)",
    )
    return save_figure(figure, folder / f"{name}{suffix}")
