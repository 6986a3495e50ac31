"""Measured tables in the documentation: each stands between `<!-- NAME -->` and `<!-- end of NAME -->` of a page."""

from pathlib import Path
from typing import Any


def put(path: Path, name: str, lines: list[str]) -> None:
    """Replace what stands between the comments of `name`."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    text = path.read_text(encoding="utf-8")
    assert text.count(begin) == text.count(end) == 1, f"{path} has no place for {name}, or several"
    before, _, rest = text.partition(begin)
    path.write_text(before + begin + "\n".join(lines) + "\n" + end + rest.partition(end)[2], encoding="utf-8")


def conditions(machine: dict[str, Any]) -> str:
    """The machine in words, as `machine.describe` found it before the measurement."""
    words = f"{machine['usable_cores']} cores ({machine['cpu']}), PyTorch {machine['torch']}"
    if is_busy(machine):
        words += f", busy with other work (load {machine['load_average_before']:.1f})"
    return words


def is_busy(machine: dict[str, Any]) -> bool:
    """Whether other work went on there."""
    return bool(machine["load_average_before"] > 0.5 * machine["usable_cores"])
