"""`Refused`: why a request gets no answer, as a status and one sentence for a person."""

from collections.abc import Mapping
from typing import Any, Literal

__all__ = ["RETRY_AFTER_S", "Reason", "Refused", "busy", "error_body"]

Reason = Literal["full", "expected", "waited", "slow", "down"]

RETRY_AFTER_S = 2
"""Clients are told to wait so long where no better number is known."""


class Refused(Exception):
    """Ends a request with a status and a sentence.

    Args:
        status: of HTTP.
        sentence: complete, for a person.
        headers: for the answer.
        turned_away: if it is for want of room, from where and why: `busy` says the words.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        headers: Mapping[str, str] | None = None,
        turned_away: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})
        self.turned_away = turned_away


def busy(what: str, queue: str, reason: Reason, again_s: int = RETRY_AFTER_S) -> Refused:
    """There is no room for the request now.

    Args:
        what: why, for a person: a sentence's first half.
        queue: that has no room, for the metrics: "parsers".
        reason: "full"; "expected" or "waited", where the wait would be or was too long; "slow", where the work itself
            took too long; "down", where nothing works there.
        again_s: when to try again.
    """
    return Refused(503, f"{what}; try again in {again_s} s.", {"Retry-After": str(again_s)}, (queue, reason))


def error_body(sentence: str) -> dict[str, Any]:
    """The JSON object of every error."""
    return {"error": sentence}
