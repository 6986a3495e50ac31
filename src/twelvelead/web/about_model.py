"""What `GET /api/model` says."""

from pathlib import Path
from typing import Any

import twelvelead
from twelvelead.commands.format_list import describe
from twelvelead.models.info import ModelInfo
from twelvelead.notice import NOTICE
from twelvelead.report.run.sections.words import class_meaning

__all__ = ["about_model"]

LARGEST_CARD = 200_000
"""Bytes that are shown."""


def about_model(info: ModelInfo, path: Path, explain: dict[str, Any], upload_bytes: int) -> dict[str, Any]:
    """The object of `GET /api/model`.

    Args:
        info: of the model that is served.
        path: its folder or file.
        explain: whether and how it can be explained.
        upload_bytes: largest body that is taken.
    """
    return {
        "name": path.name if path.is_dir() else path.stem,
        "version": twelvelead.__version__,
        "network": info.network,
        "task": info.task,
        "classes": list(info.classes),
        "class_names": {name: _title(info.task, name) for name in info.classes},
        "thresholds": dict(zip(info.classes, info.decision_thresholds)),
        "threshold_rule": info.threshold_rule,
        "rate_hz": info.rate_hz,
        "duration_s": info.duration_s,
        "leads": list(info.leads),
        "trained_on": info.trained_on,
        "card": _card(path),
        "explain": explain,
        "formats": describe(),
        "limits": {"upload_bytes": upload_bytes},
        "notice": NOTICE,
    }


def _title(task: str, name: str) -> str:
    meaning = class_meaning(task, name) or name
    return meaning[:1].upper() + meaning[1:]


def _card(path: Path) -> str | None:
    if not path.is_dir():
        return None
    # Not above: it needs PyTorch, which a run folder needs anyway and an exported file does not.
    from twelvelead.training.run_folder import MODEL_CARD

    card = path / MODEL_CARD
    if not card.is_file():
        return None
    with card.open(encoding="utf-8", errors="replace") as stream:
        return stream.read(LARGEST_CARD)
