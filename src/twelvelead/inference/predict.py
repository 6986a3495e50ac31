"""Predict ECG files: a path in, probabilities, decisions, doubts and steps out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import TwelveleadError
from twelvelead.formats.recording import Recording
from twelvelead.formats.wfdb import read_wfdb
from twelvelead.inference.predictor import Predictor
from twelvelead.inference.prepare import prepare_recording

__all__ = ["Prediction", "find_files", "predict_file", "predict_files"]


@dataclass(frozen=True)
class Prediction:
    """The answer for one ECG file, or the reason why there is none."""

    file: str
    probabilities: dict[str, float] | None = None
    """By class name, 0 to 1."""
    decisions: dict[str, bool] | None = None
    """By class name: whether the probability reaches the model's threshold."""
    quality: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    error: str | None = None
    recording: Recording | None = None
    """As read; for plots."""

    def to_json(self) -> dict[str, Any]:
        """The object that `predict --json` prints for this file."""
        if self.error is not None:
            return {"file": self.file, "error": self.error}
        return {
            "file": self.file,
            "probabilities": self.probabilities,
            "decisions": self.decisions,
            "quality": list(self.quality),
            "steps": list(self.steps),
        }


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The ECG files that are named: a folder stands for the `.hea` files below it, sorted."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.hea"))
        else:
            yield path


def predict_file(predictor: Predictor, path: Path) -> Prediction:
    """Predict one file.

    Raises:
        FormatError: it cannot be read, or not be brought into the model's form.
    """
    recording = read_wfdb(path)
    prepared = prepare_recording(recording, predictor.info)
    probabilities: NDArray[np.float64] = predictor.predict(prepared.windows_mv).mean(axis=0)
    classes = predictor.info.classes
    return Prediction(
        file=str(path),
        probabilities=dict(zip(classes, probabilities.tolist())),
        decisions={c: bool(p >= t) for c, p, t in zip(classes, probabilities, predictor.info.decision_thresholds)},
        quality=prepared.quality,
        steps=prepared.steps,
        recording=recording,
    )


def predict_files(predictor: Predictor, paths: Iterable[Path]) -> Iterator[Prediction]:
    """Predict file after file; one that cannot be read gives a prediction with `error`, and the rest go on."""
    for path in paths:
        try:
            yield predict_file(predictor, path)
        except TwelveleadError as error:
            yield Prediction(file=str(path), error=str(error))
