"""Predict ECGs: files, bytes or arrays in; probabilities, decisions, doubts and steps out."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.config import Device, ExplainMethod, MissingLeads
from twelvelead.errors import CheckpointError, FormatError, TwelveleadError
from twelvelead.formats import read
from twelvelead.formats.recording import Recording, make_recording, millivolts_per_unit
from twelvelead.inference.backend import Backend
from twelvelead.inference.explain import Explanation
from twelvelead.inference.onnx_predictor import open_onnx
from twelvelead.inference.prepare import Prepared, prepare_recording
from twelvelead.inference.shipped import find_model
from twelvelead.models.info import ModelInfo

if TYPE_CHECKING:
    from twelvelead.models.classifier import Classifier

__all__ = ["Model", "Prediction", "ReadingHints", "load", "shown_path"]

FILES_AT_ONCE = 32
VALUES_AT_ONCE = 2**24
"""So many files, or samples of large ones, are predicted together; bounds the memory of a folder of any size."""


@dataclass(frozen=True)
class ReadingHints:
    """What a file does not say about itself, and what to do about what it lacks."""

    rate_hz: float | None = None
    """Samples per second."""
    leads: Sequence[str] | None = None
    """Lead names in the file's order."""
    unit: str | None = None
    """Of the samples."""
    missing_leads: MissingLeads = "refuse"
    """What to do about leads that are not there and cannot be derived."""


@dataclass(frozen=True)
class Prediction:
    """The answer for one ECG, or the reason why there is none."""

    file: str
    probabilities: dict[str, float] | None = None
    """By class name, 0 to 1."""
    decisions: dict[str, bool] | None = None
    """By class name: whether the probability reaches the model's threshold."""
    quality: tuple[str, ...] = ()
    """What is doubtful about the signal."""
    steps: tuple[str, ...] = ()
    """What was done to the signal, in order."""
    error: str | None = None
    recording: Recording | None = field(default=None, repr=False)
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


@dataclass(frozen=True)
class _Opened:
    """A file on its way: read and prepared, or its error."""

    path: Path
    recording: Recording | None = None
    prepared: Prepared | None = None
    error: str | None = None


class Model:
    """A trained classifier that takes ECGs as they come.

    Args:
        backend: what computes its probabilities.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def info(self) -> ModelInfo:
        """What the classifier is: classes, thresholds, sampling rate, what it was trained on."""
        return self._backend.info

    def predict(
        self,
        source: str | Path | bytes | NDArray[Any] | Recording,
        *,
        rate_hz: float | None = None,
        leads: Sequence[str] | None = None,
        unit: str | None = None,
        missing_leads: MissingLeads = "refuse",
    ) -> Prediction:
        """Predict one ECG.

        Args:
            source: a file of any known format, its bytes, an array `(time, lead)`, or a `Recording`.
            rate_hz: samples per second; needed for an array, and for files that do not say it.
            leads: lead names in the order of the columns; likewise.
            unit: of the samples, such as "mV" or "uV"; likewise.
            missing_leads: "zero" predicts without leads that are not there and cannot be derived.

        Raises:
            FormatError: it cannot be read, something needed is not said, or it is no ECG that the model can take.
        """
        recording = _to_recording(source, _hints(rate_hz, leads, unit, missing_leads))
        prepared = prepare_recording(recording, self.info, missing_leads)
        return self.answer(recording.source, prepared, self.score([prepared.windows_mv])[0], recording)

    def explain(
        self,
        source: str | Path | bytes | NDArray[Any] | Recording,
        class_name: str,
        *,
        method: ExplainMethod = "integrated_gradients",
        rate_hz: float | None = None,
        leads: Sequence[str] | None = None,
        unit: str | None = None,
        missing_leads: MissingLeads = "refuse",
    ) -> Explanation:
        """Say which samples of an ECG speak for a class, and which against it; docs/explain.md says how.

        Args:
            source: as for `predict`, of at most 60 s.
            class_name: one of the model's classes, whether it is found present or not.
            method: "integrated_gradients" (by sample and lead, in logits), or "grad_cam" (over time only).
            rate_hz, leads, unit, missing_leads: as for `predict`.

        Raises:
            FormatError: it cannot be read, something needed is not said, or it is no ECG that the model can take.
            DataError: it is too long.
            ConfigError: there is no such class or method, or not for this network.
            CheckpointError: the model is an exported file.
            TwelveleadError: captum is not installed.
        """
        _classifier(self._backend)  # before anything is read
        recording = _to_recording(source, _hints(rate_hz, leads, unit, missing_leads))
        prepared = prepare_recording(recording, self.info, missing_leads)
        return self.explain_prepared(prepared, class_name, method, recording.source)

    def explain_prepared(
        self, prepared: Prepared, class_name: str, method: ExplainMethod, file: str = ""
    ) -> Explanation:
        """The same for a recording in the model's form.

        Args:
            prepared: from `prepare_recording`, of at most 60 s.
            class_name: one of the model's classes.
            method: as for `explain`.
            file: what to call it.

        Raises:
            DataError: it is too long.
            ConfigError: there is no such class or method, or not for this network.
            CheckpointError: the model is an exported file.
            TwelveleadError: captum is not installed.
        """
        classifier = _classifier(self._backend)
        from twelvelead.inference.explain.explain import explain_prepared

        return explain_prepared(classifier, prepared, class_name, method, file)

    def predict_files(
        self, paths: Iterable[Path | Recording], hints: ReadingHints | None = None, keep_recordings: bool = False
    ) -> Iterator[Prediction]:
        """Predict file after file, in their order; one that cannot be read gives a prediction with `error`.

        Args:
            paths: the files; taken a few at a time, so that there may be any number of them. A `Recording` may stand in
                place of a file.
            hints: for all of them; of a `Recording` only what to do about missing leads.
            keep_recordings: whether the predictions have the recordings as they were read, for plots.
        """
        hints = hints or ReadingHints()
        chunks = self._chunks(iter(paths), hints, keep_recordings)
        # One thread reads the next files while these are predicted; readers are not all safe side by side.
        with ThreadPoolExecutor(1) as reader:
            following = reader.submit(next, chunks, None)
            while chunk := following.result():
                following = reader.submit(next, chunks, None)
                yield from self._predict_chunk(chunk)

    def _chunks(self, paths: Iterator[Path | Recording], hints: ReadingHints, keep: bool) -> Iterator[list["_Opened"]]:
        chunk: list[_Opened] = []
        values = 0
        for path in paths:
            opened = self._open(path, hints)
            chunk.append(opened if keep else replace(opened, recording=None))
            values += opened.prepared.windows_mv.size if opened.prepared else 0
            values += opened.recording.signal_mv.size if opened.recording and keep else 0
            if len(chunk) >= FILES_AT_ONCE or values >= VALUES_AT_ONCE:
                yield chunk
                chunk, values = [], 0
        if chunk:
            yield chunk

    def _open(self, path: Path | Recording, hints: ReadingHints) -> "_Opened":
        """A file's recording as read and as prepared, or its error."""
        name = Path(path.source) if isinstance(path, Recording) else path
        try:
            recording = path if isinstance(path, Recording) else _to_recording(path, hints)
            return _Opened(name, recording, prepare_recording(recording, self.info, hints.missing_leads))
        except TwelveleadError as error:
            return _Opened(name, error=str(error))
        except MemoryError:
            return _Opened(name, error=f"{name.name}: too large for this machine's memory.")

    def _predict_chunk(self, opened: list["_Opened"]) -> Iterator[Prediction]:
        scores = iter(self.score([one.prepared.windows_mv for one in opened if one.prepared]))
        for one in opened:
            if one.prepared is None:
                yield Prediction(file=shown_path(one.path), error=one.error)
            else:
                yield self.answer(shown_path(one.path), one.prepared, next(scores), one.recording)

    def score(self, recordings: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float64]]:
        """Probabilities `(window, class)` of each recording's windows; windows of one length are computed together.

        Args:
            recordings: of each its windows, or some of them, `(window, time, lead)` as `prepare_recording` gives them.
        """
        lengths = [windows.shape[1] for windows in recordings]
        found: list[NDArray[np.float64]] = [np.empty(0)] * len(recordings)
        for length in sorted(set(lengths)):
            those = [i for i, other in enumerate(lengths) if other == length]
            scores = self._backend.predict(np.concatenate([recordings[i] for i in those]))
            ends = np.cumsum([len(recordings[i]) for i in those])
            for i, part in zip(those, np.split(scores, ends[:-1])):
                found[i] = part
        return found

    def answer(
        self,
        file: str,
        prepared: Prepared,
        scores: NDArray[np.float64],
        recording: Recording | None = None,
    ) -> Prediction:
        """The answer for a recording from the probabilities of its windows, whose mean is the recording's.

        Args:
            file: what to call it.
            prepared: the recording in the model's form.
            scores: of all its windows, `(window, class)`, from `score`.
            recording: as read, for plots.
        """
        probabilities = scores.mean(axis=0)
        classes, thresholds = self.info.classes, self.info.decision_thresholds
        return Prediction(
            file=file,
            probabilities=dict(zip(classes, probabilities.tolist())),
            decisions={c: bool(p >= t) for c, p, t in zip(classes, probabilities, thresholds)},
            quality=prepared.quality,
            steps=prepared.steps,
            recording=recording,
        )


def shown_path(path: Path) -> str:
    """The path as text that can be printed and written, whatever bytes the file's name has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def load(model: str | Path | None = None, device: Device = "auto", workers: int = 0) -> Model:
    """A trained model, ready to predict.

    Args:
        model: a run folder of `train`, its `model` folder, an ONNX file of `export`, or the name of a model that comes
            with the package; None: the best of those.
        device: "auto" takes the GPU if there is one; "cpu", "cuda". An ONNX file is computed on the CPU.
        workers: CPU threads; 0: one for each core.

    Raises:
        CheckpointError: there is no such model, or it is damaged.
        ConfigError: there is no such device.
    """
    path = find_model(model)
    return Model(open_onnx(path, device, workers) if path.is_file() else _open_run(path, device, workers))


def _open_run(path: Path, device: Device, workers: int) -> Backend:
    # Not above: an exported file is predicted where there is no PyTorch.
    try:
        from twelvelead.inference.predictor import Predictor
        from twelvelead.models.checkpoint import load_classifier
        from twelvelead.models.device import choose_device
    except ModuleNotFoundError as error:
        raise TwelveleadError(
            f"{path} needs {error.name}, which is not installed; without it an exported file can be predicted with "
            "(twelvelead export)."
        ) from None
    return Predictor(load_classifier(path, choose_device(device)), workers)


def _classifier(backend: Backend) -> "Classifier":
    classifier: Classifier | None = getattr(backend, "classifier", None)
    if classifier is None:
        raise CheckpointError(
            "an exported file has no gradients to explain its answers by; explain with the run that it was made from."
        )
    return classifier


def _hints(rate_hz: float | None, leads: Sequence[str] | None, unit: str | None, missing: MissingLeads) -> ReadingHints:
    return ReadingHints(rate_hz, leads.split(",") if isinstance(leads, str) else leads, unit, missing)


def _to_recording(source: str | Path | bytes | NDArray[Any] | Recording, hints: ReadingHints) -> Recording:
    if isinstance(source, Recording):
        if (hints.rate_hz, hints.leads, hints.unit) != (None, None, None):
            raise FormatError("a Recording says its rate, leads and unit itself; leave rate_hz, leads and unit out.")
        return source
    if isinstance(source, np.ndarray):
        return _array_recording(source, hints)
    if not isinstance(source, str | Path | bytes):
        raise FormatError(f"{type(source).__name__} is no ECG; allowed are a path, bytes, an array and a Recording.")
    return read(source, rate_hz=hints.rate_hz, leads=hints.leads, unit=hints.unit)


def _array_recording(signal: NDArray[Any], hints: ReadingHints) -> Recording:
    """An array with everything said about it: guessing would take microvolts for millivolts, or swap leads."""
    if hints.rate_hz is None or hints.leads is None or hints.unit is None:
        raise FormatError("an array needs rate_hz=..., leads=... and unit=...; it does not say them itself.")
    if signal.dtype.kind not in "iuf":
        raise FormatError(f"the array holds {signal.dtype}; allowed are real numbers.")
    factor = millivolts_per_unit(hints.unit, "the array")
    return make_recording(signal * factor, hints.rate_hz, hints.leads, "the array", units=[hints.unit])
