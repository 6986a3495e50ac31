"""What is to be said of many files' answers: a note that many of them have is counted, and shown once."""

import re

from twelvelead.inference.predict import Prediction
from twelvelead.leads import LEADS

__all__ = ["Notes"]

_VARYING = re.compile(rf"\b(?:{'|'.join(sorted(LEADS, key=len, reverse=True))})\b(?:, )?|[-+−]?\d[\d.,]*(?:e[-+]?\d+)?")
"""In a note: names of leads and numbers. Notes that differ in nothing else are of one kind."""


class Notes:
    """The notes of all answers so far; memory holds one example of each kind."""

    def __init__(self) -> None:
        self._files = 0
        self._last: Prediction | None = None
        self._kinds: dict[str, _Kind] = {}

    def add(self, answer: Prediction) -> None:
        """Take up the notes of an answer; one of an error has none."""
        if answer.error is not None:
            return
        self._files += 1
        self._last = answer
        of_kinds: dict[str, list[str]] = {}
        for note in _notes(answer):
            of_kinds.setdefault(_VARYING.sub("", note), []).append(note)
        for kind, notes in of_kinds.items():
            self._kinds.setdefault(kind, _Kind(notes, answer.file)).add(notes)

    def text(self) -> str:
        """One line a note; of several files one line a kind of note, the doubts first, the most frequent first."""
        if self._files == 1 and self._last is not None:
            return "\n".join(f"{self._last.file}: {note}" for note in _notes(self._last))
        kinds = sorted(self._kinds.values(), key=lambda kind: (not kind.notes[0].startswith(_DOUBT), -kind.files))
        return "\n".join(line for kind in kinds for line in kind.lines(self._files))


_DOUBT = "doubt: "


class _Kind:
    """Notes that differ in numbers and leads only."""

    def __init__(self, notes: list[str], file: str) -> None:
        self.notes, self.file, self.files, self.same = notes, file, 0, True

    def add(self, notes: list[str]) -> None:
        self.files += 1
        self.same = self.same and notes == self.notes

    def lines(self, of: int) -> list[str]:
        if self.files == 1:
            return [f"{self.file}: {note}" for note in self.notes]
        count = f"{self.files:,} of {of:,} files"
        return [f"{count}: {note}" if self.same else f"{count}, such as {self.file}: {note}" for note in self.notes]


def _notes(answer: Prediction) -> list[str]:
    return [*(_DOUBT + note for note in answer.quality), *answer.steps]
