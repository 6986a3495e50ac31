"""The list of ECG file formats, for people and for programs."""

import importlib.util
import textwrap
from typing import Any

from twelvelead.formats import known_formats

__all__ = ["describe", "table"]

INSTALL = 'pip install "twelvelead[formats]"'


def describe() -> list[dict[str, Any]]:
    """One object a format, by name: what `formats --json` prints."""
    return [
        {
            "name": format_.name,
            "suffixes": list(format_.suffixes),
            "description": format_.description,
            "hints": list(format_.hints),
            "libraries": list(format_.libraries),
            "installed": all(importlib.util.find_spec(name) for name in format_.libraries),
        }
        for format_ in sorted(known_formats(), key=lambda format_: format_.name.casefold())
    ]


def table(width: int = 118) -> str:
    """The list as text, at most `width` characters wide."""
    lines = []
    for entry in describe():
        text = entry["description"]
        if entry["hints"]:
            text += f"; may need {', '.join(entry['hints'])}"
        if not entry["installed"]:
            text += f"; needs {INSTALL}"
        head = f"{entry['name']:<20}{' '.join(entry['suffixes']):<20}"
        lines += textwrap.wrap(text, width, initial_indent=head, subsequent_indent=" " * len(head))
    return "\n".join([*lines, "A file is told by its content; its name counts only where that is not enough."])
