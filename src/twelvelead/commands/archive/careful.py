"""Which ECGs of a shard end the process that reads them: each is tried alone, with a note of it beforehand.

The note outlives the process. An ECG during which two processes have ended is left out with a reason; once could be
chance: a machine that goes down, memory that somebody else needs.
"""

import json
from collections.abc import Callable
from pathlib import Path

from twelvelead.files import write_json

__all__ = ["TRIES", "forget", "poisonous"]

TRIES = 2
"""Processes that may end during one ECG before it is left out."""

ENDS = f"the process that reads it ends abruptly, or hangs ({TRIES} times)"


def poisonous(
    note: Path, count: int, attempt: Callable[[int], None], progress: Callable[[int], None] | None = None
) -> dict[int, str]:
    """Try ECGs one by one, going on where the last process ended; gives the reason for each that does not work.

    Args:
        note: file for how far it has come; of this call and the ones before.
        count: ECGs of the shard.
        attempt: reads and predicts the ECG at a position. It may end the process.
        progress: called with 0 before each ECG, as a sign of life.
    """
    begin, tries, poison = _read(note)
    if begin < count and tries >= TRIES:
        poison[begin] = ENDS
        begin, tries = begin + 1, 0
    for position in range(begin, count):
        tries = tries + 1 if position == begin else 1
        _write(note, position, tries, poison)
        if progress:
            progress(0)
        try:
            attempt(position)
        except Exception as error:  # a reader's mistake: this ECG is its only victim
            poison[position] = f"cannot be read: {type(error).__name__}: {str(error)!a}"
    _write(note, count, 0, poison)
    return poison


def forget(note: Path) -> None:
    """Remove the note of a shard that is finished."""
    note.unlink(missing_ok=True)


def _read(note: Path) -> tuple[int, int, dict[int, str]]:
    try:
        values = json.loads(note.read_text(encoding="utf-8"))
        return values["at"], values["tries"], {int(key): text for key, text in values["poison"].items()}
    except (OSError, ValueError, KeyError):
        return 0, 0, {}


def _write(note: Path, at: int, tries: int, poison: dict[int, str]) -> None:
    write_json(note, {"at": at, "tries": tries, "poison": poison})
