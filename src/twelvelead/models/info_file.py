"""What a saved model says of itself: `model.json`, and the same text inside an exported file. Needs no PyTorch.

It has a `format` number; a reader refuses formats newer than its own. Format 2 added `window_s`.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from twelvelead.errors import CheckpointError
from twelvelead.models.info import ModelInfo

__all__ = ["FORMAT", "INFO_FILE", "UNITS", "WEIGHTS_FILE", "info_values", "model_folder", "parse_info", "read_info"]

FORMAT = 2
FASTEST_HZ = 100_000
UNITS = "mV"
INFO_FILE = "model.json"
WEIGHTS_FILE = "model.safetensors"


def model_folder(folder: str | Path) -> Path:
    """The checkpoint folder that is meant by itself or by the run folder around it."""
    inside = Path(folder) / "model"
    return inside if (inside / INFO_FILE).is_file() else Path(folder)


def info_values(info: ModelInfo) -> dict[str, Any]:
    """What `model.json` holds."""
    return {"format": FORMAT, "units": UNITS, **asdict(info)}


def read_info(path: Path) -> ModelInfo:
    """What a `model.json` says.

    Raises:
        CheckpointError: there is none, it is damaged, or it is of a newer format.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CheckpointError(f"no model in {path.parent}; give the folder of a finished `twelvelead train`.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CheckpointError(f"{path} cannot be read: {reason}.") from error
    return parse_info(text, str(path))


def parse_info(text: str, source: str) -> ModelInfo:
    """What the text of a `model.json` says.

    Args:
        text: JSON.
        source: what to call it in an error.

    Raises:
        CheckpointError: it is damaged, or of a newer format.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{source} cannot be read: {error}.") from error
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise CheckpointError(f"{source} is no model description.")
    if values.get("units") != UNITS:
        raise CheckpointError(f"{source} has units {values.get('units')!r}; this version takes {UNITS}.")
    if values["format"] > FORMAT:
        raise CheckpointError(f"{source} has format {values['format']}; this version reads up to {FORMAT}.")
    return _to_info({k: v for k, v in values.items() if k not in ("format", "units")}, source)


def _to_info(values: dict[str, Any], source: str) -> ModelInfo:
    try:
        lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
        info = ModelInfo(**(values | lists))
    except TypeError as error:
        raise CheckpointError(f"{source} is no model description: {error}.") from error
    named = isinstance(info.classes, tuple) and isinstance(info.leads, tuple)
    texts = named and all(isinstance(name, str) and name for name in (*info.classes, *info.leads, info.network))
    texts = texts and len(set(info.classes)) == len(info.classes)
    texts = texts and all(isinstance(text, str) for text in (info.task, info.label_rule, info.threshold_rule))
    numbers = isinstance(info.rate_hz, int) and 0 < info.rate_hz <= FASTEST_HZ and _positive(info.duration_s)
    numbers = numbers and _positive(info.temperature)
    numbers = numbers and (info.window_s is None or (_positive(info.window_s) and info.window_s <= info.duration_s))
    numbers = numbers and isinstance(info.thresholds, tuple | None)
    numbers = numbers and all(_positive(value) or value == 0 for value in info.thresholds or ())
    tables = isinstance(info.options, dict) and isinstance(info.trained_on, dict)
    if not (texts and numbers and tables and info.classes and info.leads):
        raise CheckpointError(f"{source} is no model description: one of its values is not what it should be.")
    if info.thresholds is not None and len(info.thresholds) != len(info.classes):
        raise CheckpointError(f"{source}: {len(info.thresholds)} thresholds for {len(info.classes)} classes.")
    return info


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
