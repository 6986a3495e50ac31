"""The form of an exported file: names of its input and output, and what its metadata hold. Needs no PyTorch."""

import json
from typing import Any

import twelvelead
from twelvelead.models.info import ModelInfo
from twelvelead.models.info_file import INFO_FILE, info_values
from twelvelead.notice import NOTICE

__all__ = ["EXPORT_KEY", "INFO_KEY", "INPUT", "OUTPUT", "export_metadata", "signal_samples"]

INPUT = "signals_mv"
"""`(batch, time, lead)` float32, millivolts."""
OUTPUT = "probabilities"
"""`(batch, class)` float32, 0 to 1."""

INFO_KEY = INFO_FILE
"""The metadata's entry that holds the text of the run's `model.json`."""
EXPORT_KEY = "export.json"
"""The metadata's entry that says how the file was made."""


def signal_samples(info: ModelInfo) -> int:
    """Samples of a signal that an exported file takes; no other length."""
    return round(info.rate_hz * info.duration_s)


def export_metadata(info: ModelInfo, **facts: Any) -> dict[str, str]:
    """The metadata of an exported file, JSON text by entry.

    Args:
        info: what the classifier is.
        facts: of the export, for people: digests of the run's files, number format, versions.
    """
    export = {
        "notice": NOTICE,
        "twelvelead": twelvelead.__version__,
        "input": {"name": INPUT, "shape": ["batch", signal_samples(info), len(info.leads)], "type": "float32"},
        "output": {"name": OUTPUT, "shape": ["batch", len(info.classes)], "type": "float32"},
        **facts,
    }
    return {INFO_KEY: _json(info_values(info)), EXPORT_KEY: _json(export)}


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, allow_nan=False)
