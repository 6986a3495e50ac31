"""Explain one ECG file's probability of a class, and show the answer: text, picture, table."""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from twelvelead.commands.find_ecgs import check_ecgs
from twelvelead.commands.tables import format_table
from twelvelead.config import ExplainMethod
from twelvelead.errors import ConfigError, FormatError, require_choice
from twelvelead.files import atomic_path
from twelvelead.formats.limits import LARGEST_FILE
from twelvelead.inference.explain import METHOD_NOTES, Explanation
from twelvelead.inference.explain.explanation import TIME_STEP_S
from twelvelead.inference.predict import Model, ReadingHints, shown_path
from twelvelead.models.info_file import INFO_FILE, model_folder, read_info
from twelvelead.notice import NOTICE
from twelvelead.report.attribution import plot_attribution

__all__ = ["SHOWN_S", "check_request", "describe_explanation", "explain_file", "plot_explanation", "write_attribution"]

STDIN = Path("-")

SHOWN_S = 10.0
"""Of a longer recording, the part with the largest absolute attribution is drawn."""

STEPS_LISTED = 5

NOTHING_FOUND: dict[ExplainMethod, str] = {
    "integrated_gradients": "Nothing in this ECG speaks for or against {class_name}, beside the flat ECG: "
    "all attributions are 0.",
    "grad_cam": "Nothing in the network's last map of features speaks for {class_name}.",
}
"""What is said of an attribution of zeros."""


def check_request(run: Path, path: Path, class_name: str | None) -> None:
    """Refuse what cannot be explained; asked before the model is loaded.

    Args:
        run: the model's folder; of an exported file only `path` is looked at here.
        path: as for `explain_file`.
        class_name: None where none is named.

    Raises:
        DataError: the file is not there.
        FormatError: it is a folder.
        ConfigError: the model has no such class, or none is named.
        CheckpointError: there is no model in `run`.
    """
    if path.is_dir():
        raise FormatError(f"{path} is a folder; one file is explained at a time.")
    if path != STDIN:
        check_ecgs([path])
    if run.is_file():
        return
    classes = read_info(model_folder(run) / INFO_FILE).classes
    if class_name is None:
        raise ConfigError(f"--class is missing: name one of the model's classes, {', '.join(classes)}.")
    require_choice("--class", class_name, classes)


def explain_file(model: Model, path: Path, class_name: str, method: ExplainMethod, hints: ReadingHints) -> Explanation:
    """Explain a file; `-` is standard input.

    Raises:
        TwelveleadError: as `Model.explain`.
    """
    source = sys.stdin.buffer.read(LARGEST_FILE + 1) if path == STDIN else path
    found = model.explain(
        source,
        class_name,
        method=method,
        rate_hz=hints.rate_hz,
        leads=hints.leads,
        unit=hints.unit,
        missing_leads=hints.missing_leads,
    )
    return replace(found, file=shown_path(path))


def describe_explanation(found: Explanation) -> str:
    """The answer as text: probability, leads, the strongest times, what the numbers are."""
    lines = [f"{found.file}: {_answer(found)}", METHOD_NOTES[found.method]]
    if found.baseline_logit is not None:
        lines.append(
            f"logit {found.logit:+.2f}, of the flat ECG {found.baseline_logit:+.2f}; the attributions sum to "
            f"{found.attributed:+.2f} (error {found.completeness_error:+.3f}, {found.evaluations} gradients)"
        )
    if found.by_lead is not None:
        parts = sorted(found.by_lead.items(), key=lambda item: -item[1].share)
        rows = [[lead, f"{100 * part.share:.1f} %", f"{part.total:+.3f}"] for lead, part in parts]
        lines += ["", format_table(["lead", "share", "logits"], rows)]
    lines += ["", _times(found), ""]
    lines += [f"doubt: {note}" for note in found.quality]
    lines += [*found.steps]
    lines.append("An attribution says what the model looked at: not what is wrong with the heart, and not why.")
    return "\n".join([*lines, NOTICE])


def _answer(found: Explanation) -> str:
    word = "present" if found.decision else "absent"
    return f"{found.class_name} {found.probability:.3f} (threshold {found.threshold:.3f}: {word})"


def _times(found: Explanation) -> str:
    """The steps of time with the largest absolute attribution."""
    parts, leads = found.by_time, found.lead_by_time
    order = sorted(range(len(parts)), key=lambda number: -parts[number].share)[:STEPS_LISTED]
    if not any(parts[number].share for number in order):
        return NOTHING_FOUND[found.method].format(class_name=found.class_name)
    rows = []
    for number in order:
        start = number * TIME_STEP_S
        row = [f"{start:.1f} to {start + TIME_STEP_S:.1f} s", f"{100 * parts[number].share:.1f} %"]
        rows.append(row if leads is None else [*row, f"{parts[number].total:+.3f}", leads[number]])
    return format_table(["time", "share", *([] if leads is None else ["logits", "most in"])], rows)


def plot_explanation(found: Explanation, layout: str = "3x4+1") -> Figure:
    """The ECG on paper with what speaks for the class shaded behind it.

    Args:
        found: of `Model.explain`; of more than 10 s, the 10 s with the largest absolute attribution are drawn.
        layout: as for `plot_ecg`.

    Raises:
        ConfigError: unknown layout.
    """
    length = round(SHOWN_S * found.rate_hz)
    notes = [*found.quality, *found.steps]
    start = 0
    if len(found.attribution) > length:
        over_time = np.concatenate([[0.0], np.abs(found.attribution).sum(axis=1).cumsum()])
        start = int((over_time[length:] - over_time[:-length]).argmax())
        notes.append(
            f"{SHOWN_S:g} s from {start / found.rate_hz:.1f} s on are shown, where the absolute attribution is largest"
        )
    return plot_attribution(
        found.signal_mv[start : start + length],
        found.rate_hz,
        found.attribution[start : start + length],
        found.class_name,
        unit="logits a sample" if found.baseline_logit is not None else "",
        layout=layout,
        title=Path(found.file).name,
        subtitle="; ".join(notes) or None,
        footer=f"{_answer(found)}\n{METHOD_NOTES[found.method]}",
        leads=found.leads,
    )


def write_attribution(found: Explanation, path: Path) -> None:
    """The attribution as CSV: `time_s`, and a column for each lead, or the column `all leads`."""
    columns = found.leads if found.by_lead is not None else ("all leads",)
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["time_s", *columns])
        for number, row in enumerate(found.attribution):
            writer.writerow([number / found.rate_hz, *(f"{value:.6g}" for value in row)])
