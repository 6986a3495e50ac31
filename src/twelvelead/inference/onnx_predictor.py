"""`OnnxPredictor`: probabilities from a file of `twelvelead export`, by ONNX Runtime, without PyTorch.

The file may be anybody's: what it is, what it takes and what it gives are checked before it predicts.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.config import Device
from twelvelead.errors import CheckpointError, ConfigError, DataError, needs_extra
from twelvelead.inference.backend import CHUNK_RECORDS, check_signals, computed, usable_cores
from twelvelead.inference.exported import INFO_KEY, INPUT, OUTPUT, signal_samples
from twelvelead.inference.onnx_external import has_external_data
from twelvelead.models.info import ModelInfo
from twelvelead.models.info_file import parse_info

__all__ = ["LARGEST_MODEL", "OnnxPredictor", "open_onnx"]

LARGEST_MODEL = 2**29
"""Bytes; many times the largest network here. A larger file is not read into memory."""


class OnnxPredictor:
    """Probabilities from an ONNX file.

    Args:
        path: of a file that `twelvelead export` wrote.
        workers: CPU threads; 0: one for each core that this process may use.

    Raises:
        CheckpointError: it is no such file.
        TwelveleadError: ONNX Runtime is not installed.
    """

    def __init__(self, path: Path, workers: int = 0) -> None:
        self._path = path
        self._workers = workers or usable_cores()
        self._session = _open_session(path)
        info = _read_metadata(self._session, path)
        _check_form(self._session, info, path)
        # Windows are inside the graph; seen from here it takes whole signals, and none that are shorter.
        self._info = replace(info, window_s=None)

    @property
    def info(self) -> ModelInfo:
        """What the model is; `window_s` is None, because the file takes whole signals only."""
        return self._info

    def predict(self, signals_mv: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Probabilities `(record, class)`, 0 to 1.

        Args:
            signals_mv: `(record, time, lead)` millivolts, at the model's rate and of its duration, leads in its order.

        Raises:
            DataError: the array has another shape.
            CheckpointError: the file's network cannot be computed.
        """
        check_signals(signals_mv, self.info)
        samples = signal_samples(self.info)
        if signals_mv.shape[1] != samples:
            raise DataError(f"signals have {signals_mv.shape[1]} samples; {self._path} takes {samples}.")
        if not len(signals_mv):
            return np.zeros((0, len(self.info.classes)))
        records = min(CHUNK_RECORDS, -(-len(signals_mv) // self._workers))
        chunks = [signals_mv[i : i + records] for i in range(0, len(signals_mv), records)]
        if len(chunks) == 1:
            return self._probabilities(chunks[0])
        with ThreadPoolExecutor(min(self._workers, len(chunks))) as pool:
            return np.concatenate(list(computed(pool, self._workers, self._probabilities, chunks)))

    def _probabilities(self, signals_mv: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        batch = np.ascontiguousarray(signals_mv, dtype=np.float32)
        try:
            found = self._session.run([OUTPUT], {INPUT: batch})[0]
        except Exception as error:  # ONNX Runtime's own have no common base
            raise CheckpointError(f"{self._path} cannot be computed: {_first_line(error)}.") from error
        if found.shape != (len(batch), len(self.info.classes)):
            raise CheckpointError(f"{self._path} gives answers of shape {found.shape}, not one row a record.")
        probabilities = np.asarray(found, dtype=np.float64)
        outside = ~((probabilities >= 0) & (probabilities <= 1))
        if outside[np.isfinite(batch).all(axis=(1, 2))].any():
            raise CheckpointError(f"{self._path} gives numbers that are no probabilities.")
        return probabilities


def open_onnx(path: Path, device: Device = "auto", workers: int = 0) -> OnnxPredictor:
    """The predictor of an exported file.

    Args:
        path: the file.
        device: "auto" and "cpu" are the CPU.
        workers: CPU threads; 0: one for each core.

    Raises:
        CheckpointError: it is no ONNX file of `twelvelead export`.
        ConfigError: another device.
    """
    if device == "cuda":
        raise ConfigError(f"--device cuda: {path} is computed on the CPU; use --device cpu, or the run folder.")
    return OnnxPredictor(path, workers)


def _open_session(path: Path) -> Any:
    content = _read(path)
    if has_external_data(content, str(path)):
        raise CheckpointError(
            f"{path} has weights in other files; give one that `twelvelead export` wrote, which is whole."
        )
    with needs_extra("onnx"):
        import onnxruntime

    options = onnxruntime.SessionOptions()
    # Chunks go to threads, each computed by one: threads that share a chunk wait for each other at every step of an
    # LSTM, which makes one ECG slower and many ECGs slower.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Nothing but ONNX: ONNX Runtime would also take its own format, which is not looked through here.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.log_severity_level = 4  # its errors are told by the exception; on stderr they would stand twice
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own have no common base
        raise CheckpointError(f"{path} is no ONNX file that can be computed here: {_first_line(error)}.") from error


def _read(path: Path) -> bytes:
    if path.suffix == ".pt2":
        raise CheckpointError(f"{path} is for PyTorch programs; predict with an ONNX file or the run folder.")
    try:
        size = path.stat().st_size
        if size > LARGEST_MODEL:
            raise CheckpointError(f"{path} has {size:,} bytes; allowed are {LARGEST_MODEL:,}.")
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}.") from error


def _read_metadata(session: Any, path: Path) -> ModelInfo:
    text = session.get_modelmeta().custom_metadata_map.get(INFO_KEY)
    if text is None:
        raise CheckpointError(f"{path} does not say what model it is; give one that `twelvelead export` wrote.")
    return parse_info(text, f"{path}: {INFO_KEY}")


def _check_form(session: Any, info: ModelInfo, path: Path) -> None:
    """Refuse a graph that does not take and give what its metadata say."""
    _check_ends(session.get_inputs(), INPUT, (signal_samples(info), len(info.leads)), f"{path}: input")
    _check_ends(session.get_outputs(), OUTPUT, (len(info.classes),), f"{path}: output")


def _check_ends(found: Any, name: str, shape: tuple[int, ...], what: str) -> None:
    """`shape`: without the batch, which must be free."""
    given = "; ".join(f"{end.name} {end.type} {end.shape}" for end in found)
    fits = len(found) == 1 and found[0].name == name and found[0].type == "tensor(float)"
    fits = fits and tuple(found[0].shape[1:]) == shape and not isinstance(found[0].shape[0], int)
    if not fits:
        wanted = f"{name} tensor(float) [batch, {', '.join(map(str, shape))}]"
        raise CheckpointError(f"{what} is {given or 'missing'}; expected is {wanted}.")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
