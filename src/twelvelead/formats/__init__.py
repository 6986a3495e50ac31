"""ECG files of many makes: `read(path_or_bytes)` gives a `Recording`, or an error of one sentence."""

from twelvelead.formats.recording import Recording
from twelvelead.formats.registry import known_formats, read

__all__ = ["Recording", "known_formats", "read"]
