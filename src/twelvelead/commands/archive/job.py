"""What a process needs to know to score shards; it travels as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from twelvelead.commands.archive.source import StoreFolder
from twelvelead.config import Device
from twelvelead.inference.predict import ReadingHints

__all__ = ["Job"]


@dataclass(frozen=True)
class Job:
    """An archive to score."""

    out: str
    """Folder of the plan and of all results, absolute; every process sees it at this place."""
    model: str
    """Run folder or exported file, absolute."""
    model_digests: dict[str, str]
    """Of its files; a process that finds others refuses to score."""
    hints: ReadingHints
    device: Device = "auto"
    store: StoreFolder | None = None

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """What `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        hints = values["hints"]
        leads = tuple(hints["leads"]) if hints["leads"] is not None else None
        values["hints"] = ReadingHints(**{**hints, "leads": leads})
        values["store"] = StoreFolder(**values["store"]) if values["store"] else None
        return cls(**values)

    @property
    def folder(self) -> Path:
        """`out` as a path."""
        return Path(self.out)
