"""A saved classifier: a folder of two readable files, `model.json` and `model.safetensors`. No pickle.

`model.json` has a `format` number; a reader refuses formats newer than its own. Format 2 added `window_s`.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from twelvelead.errors import CheckpointError, TwelveleadError
from twelvelead.files import atomic_path, write_json
from twelvelead.models.classifier import Classifier, ModelInfo

__all__ = ["FORMAT", "INFO_FILE", "WEIGHTS_FILE", "load_classifier", "model_folder", "save_classifier", "save_info"]

FORMAT = 2
FASTEST_HZ = 100_000
UNITS = "mV"
INFO_FILE = "model.json"
WEIGHTS_FILE = "model.safetensors"


def save_classifier(classifier: Classifier, folder: Path) -> None:
    """Write the classifier into `folder`; each file is replaced at once, the weights last."""
    save_info(classifier, folder)
    tensors = {key: value.detach().cpu().contiguous() for key, value in classifier.state_dict().items()}
    with atomic_path(folder / WEIGHTS_FILE) as temporary:
        # Not save_file, which leaves the file readable for its owner only.
        temporary.write_bytes(save(tensors, metadata={"network": classifier.info.network}))


def save_info(classifier: Classifier, folder: Path) -> None:
    """Write what the classifier is, into a folder that has its weights."""
    write_json(folder / INFO_FILE, {"format": FORMAT, "units": UNITS, **asdict(classifier.info)})


def model_folder(folder: str | Path) -> Path:
    """The checkpoint folder that is meant by itself or by the run folder around it."""
    inside = Path(folder) / "model"
    return inside if (inside / INFO_FILE).is_file() else Path(folder)


def load_classifier(folder: str | Path, device: str | torch.device = "cpu") -> Classifier:
    """Read a classifier, in evaluation mode.

    Args:
        folder: a checkpoint folder, or a run folder with one in `model/`.
        device: where to put it.

    Raises:
        CheckpointError: there is none, it is damaged, or it is of a newer format.
    """
    folder = model_folder(folder)
    info = _read_info(folder / INFO_FILE)
    try:
        classifier = Classifier(info)
        state = load_file(folder / WEIGHTS_FILE)
        classifier.load_state_dict(state)
    except FileNotFoundError:
        raise CheckpointError(f"{folder / WEIGHTS_FILE} not found; the training did not finish an epoch.") from None
    except (TwelveleadError, TypeError, ValueError) as error:
        raise CheckpointError(f"{folder / INFO_FILE} describes no known network: {error}") from error
    except (SafetensorError, RuntimeError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{folder / WEIGHTS_FILE} does not hold this network's weights: {reason}") from error
    return classifier.to(device).eval()


def _read_info(path: Path) -> ModelInfo:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(f"no model in {path.parent}; give the folder of a finished `twelvelead train`.") from None
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CheckpointError(f"{path} cannot be read: {reason}.") from error
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise CheckpointError(f"{path} is no model description.")
    if values.get("units") != UNITS:
        raise CheckpointError(f"{path} has units {values.get('units')!r}; this version takes {UNITS}.")
    if values["format"] > FORMAT:
        raise CheckpointError(f"{path} has format {values['format']}; this version reads up to {FORMAT}.")
    return _to_info({k: v for k, v in values.items() if k not in ("format", "units")}, path)


def _to_info(values: dict[str, Any], path: Path) -> ModelInfo:
    try:
        lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
        info = ModelInfo(**(values | lists))
    except TypeError as error:
        raise CheckpointError(f"{path} is no model description: {error}.") from error
    named = isinstance(info.classes, tuple) and isinstance(info.leads, tuple)
    texts = named and all(isinstance(name, str) and name for name in (*info.classes, *info.leads, info.network))
    texts = texts and len(set(info.classes)) == len(info.classes)
    numbers = isinstance(info.rate_hz, int) and 0 < info.rate_hz <= FASTEST_HZ and _positive(info.duration_s)
    numbers = numbers and _positive(info.temperature)
    numbers = numbers and (info.window_s is None or (_positive(info.window_s) and info.window_s <= info.duration_s))
    numbers = numbers and all(_positive(value) or value == 0 for value in info.thresholds or ())
    tables = isinstance(info.options, dict) and isinstance(info.trained_on, dict)
    if not (texts and numbers and tables and info.classes and info.leads):
        raise CheckpointError(f"{path} is no model description: one of its values is not what it should be.")
    if info.thresholds is not None and len(info.thresholds) != len(info.classes):
        raise CheckpointError(f"{path}: {len(info.thresholds)} thresholds for {len(info.classes)} classes.")
    return info


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
