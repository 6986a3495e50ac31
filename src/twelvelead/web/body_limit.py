"""How large a body may be and how long it may take, counted while it comes; ASGI middleware."""

import asyncio
from typing import Any

from twelvelead.web.refusal import Refused, busy
from twelvelead.web.security import App, Message, Receive, Scope, Send
from twelvelead.web.settings import MIB, Settings

__all__ = ["BodyLimit"]


class BodyLimit:
    """Bounds each body's bytes and seconds, and the bytes of all bodies that are in memory together."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._most = settings.upload_bytes
        self._most_at_once = settings.bytes_at_once
        self._seconds = settings.body_seconds
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._check_claim(scope["headers"])
        body = _Body(self, receive)
        try:
            await self._app(scope, body.receive, send)
        finally:
            self._held -= body.bytes

    def _check_claim(self, headers: Any) -> None:
        claims = [value for name, value in headers if name.lower() == b"content-length"]
        if any(value.isdigit() and int(value[:20]) > self._most for value in claims):
            raise self._too_large()

    def _too_large(self) -> Refused:
        sentence = f"the upload is too large; at most {self._most / MIB:g} MiB are taken."
        return Refused(413, sentence, {"Connection": "close"})  # the client need not send the rest

    def take(self, count: int, of_this_body: int) -> None:
        """Count bytes that have come.

        Raises:
            Refused: too many of this body, or of all.
        """
        self._held += count
        if of_this_body > self._most:
            raise self._too_large()
        if self._held > self._most_at_once:
            raise busy("too many uploads are coming in", "uploads", "full")

    @property
    def seconds(self) -> float:
        """For a whole body."""
        return self._seconds


class _Body:
    """One request's body, counted."""

    def __init__(self, limit: BodyLimit, receive: Receive) -> None:
        self._limit = limit
        self._receive = receive
        self._deadline = asyncio.get_running_loop().time() + limit.seconds
        self._whole = False
        self.bytes = 0

    async def receive(self) -> Message:
        if self._whole:  # what follows is the client's going away, which may take as long as it likes
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise Refused(408, f"the upload did not come within {self._limit.seconds:g} s.") from None
        if message["type"] == "http.request":
            count = len(message.get("body", b""))
            self.bytes += count
            self._whole = not message.get("more_body", False)
            self._limit.take(count, self.bytes)
        return message
