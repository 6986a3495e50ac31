"""The test records about which a model was sure and wrong: chosen from its predictions, drawn from the data folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from twelvelead.commands.prediction_table import PredictionTable
from twelvelead.data.metadata import check_record_path, database_digest, filename_column, read_metadata
from twelvelead.errors import TwelveleadError
from twelvelead.formats.wfdb import read_wfdb
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.run.material import WrongCase
from twelvelead.report.run.numbers import score

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST_CASES", "Drawn", "Mistake", "draw_mistakes", "find_mistakes"]

MOST_CASES = 6

MOST_PROBABILITIES = 5
"""So many probabilities stand below an ECG."""


@dataclass(frozen=True)
class Mistake:
    """A wrong decision on one record."""

    row: int
    """In the table of predictions."""
    column: int
    """Of the class."""
    found: bool
    """Found what is not there; else missed what is."""
    confidence: float
    """How far the probability is from the threshold, 0 to 1 of what is possible on its side."""


@dataclass(frozen=True)
class Drawn:
    """What came of drawing the mistakes."""

    cases: tuple[WrongCase, ...] = ()
    figures: tuple[tuple[str, Figure], ...] = ()
    missing: str = ""
    """Why there are none, in a sentence; "" where there are."""


def find_mistakes(table: PredictionTable, thresholds: Sequence[float], most: int = MOST_CASES) -> list[Mistake]:
    """The most confident mistakes: of each class one false positive and one false negative at most, no record twice."""
    candidates = [
        found for column in range(len(table.classes)) for found in _of_class(table, column, thresholds[column])
    ]
    candidates.sort(key=lambda mistake: -mistake.confidence)
    chosen: dict[int, Mistake] = {}
    for mistake in candidates:
        chosen.setdefault(mistake.row, mistake)
    return list(chosen.values())[:most]


def draw_mistakes(
    table: PredictionTable,
    mistakes: Sequence[Mistake],
    thresholds: Sequence[float],
    data_dir: Path,
    rate_hz: int,
    database_sha256: str | None,
) -> Drawn:
    """Draw the records of `mistakes` on ECG paper; a sentence where the data folder does not have them."""
    if not mistakes:
        return Drawn(missing="No decision on the test part is wrong.")
    try:
        if database_sha256 and database_digest(data_dir) != database_sha256:
            return Drawn(missing="ECGs are not shown: the data folder is not the one that was evaluated.")
        metadata = read_metadata(data_dir)
        found = [_draw(table, mistake, thresholds, data_dir, rate_hz, metadata) for mistake in mistakes]
    except (TwelveleadError, OSError, KeyError):
        return Drawn(missing="ECGs are not shown: the data folder is not at hand (name it with --data).")
    return Drawn(tuple(case for case, _ in found), tuple((case.figure, figure) for case, figure in found))


def _of_class(table: PredictionTable, column: int, threshold: float) -> Iterator[Mistake]:
    assert table.labels is not None
    scores, truth = table.scores[:, column], table.labels[:, column].astype(bool)
    false_positives = np.flatnonzero(~truth & (scores >= threshold))
    false_negatives = np.flatnonzero(truth & (scores < threshold))
    if len(false_positives):
        row = int(false_positives[scores[false_positives].argmax()])
        yield Mistake(row, column, True, float((scores[row] - threshold) / max(1 - threshold, 1e-12)))
    if len(false_negatives):
        row = int(false_negatives[scores[false_negatives].argmin()])
        yield Mistake(row, column, False, float((threshold - scores[row]) / max(threshold, 1e-12)))


def _draw(
    table: PredictionTable,
    mistake: Mistake,
    thresholds: Sequence[float],
    data_dir: Path,
    rate_hz: int,
    metadata: "pd.DataFrame",
) -> tuple[WrongCase, Figure]:
    assert table.labels is not None
    ecg_id = int(table.ecg_ids[mistake.row])
    record = metadata.loc[ecg_id].to_dict()
    name = check_record_path(record[filename_column(rate_hz)])
    recording = read_wfdb(data_dir / name)
    likely = np.argsort(-table.scores[mistake.row], kind="stable")[:MOST_PROBABILITIES]
    case = WrongCase(
        ecg_id=ecg_id,
        of_class=table.classes[mistake.column],
        found=mistake.found,
        probability=float(table.scores[mistake.row, mistake.column]),
        threshold=float(thresholds[mistake.column]),
        labels=tuple(c for c, truth in zip(table.classes, table.labels[mistake.row]) if truth),
        codes=tuple((str(code), float(likelihood)) for code, likelihood in record["scp_codes"].items()),
        probabilities=tuple((table.classes[i], float(table.scores[mistake.row, i])) for i in likely),
        figure=f"ecg-{ecg_id}",
    )
    return case, plot_ecg(recording.signal_mv, recording.rate_hz, leads=recording.leads, footer=_footer(case))


def _footer(case: WrongCase) -> str:
    likely = "   ".join(f"{name} {score(value)}" for name, value in case.probabilities)
    return f"ECG {case.ecg_id}   labels: {', '.join(case.labels) or 'none'}   model: {likely}"
