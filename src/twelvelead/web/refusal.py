"""`Refused`: why a request gets no answer, as a status and one sentence for a person."""

from collections.abc import Mapping
from typing import Any

__all__ = ["RETRY_AFTER_S", "Refused", "busy", "error_body"]

RETRY_AFTER_S = 2
"""What a full queue tells clients to wait."""


class Refused(Exception):
    """Ends a request with a status and a sentence.

    Args:
        status: of HTTP.
        sentence: complete, for a person.
        headers: for the answer.
    """

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})


def busy(what: str) -> Refused:
    """Too much is waiting already."""
    return Refused(503, f"{what}; try again in a moment.", {"Retry-After": str(RETRY_AFTER_S)})


def error_body(sentence: str) -> dict[str, Any]:
    """The JSON object of every error."""
    return {"error": sentence}
