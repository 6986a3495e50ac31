"""The outermost ASGI middleware: every refusal and every error becomes one JSON answer, and every answer is counted."""

import json
import time
import traceback
from collections.abc import Collection

from twelvelead.progress import say
from twelvelead.web.metrics import Metrics
from twelvelead.web.refusal import Refused, error_body
from twelvelead.web.security import App, Message, Receive, Scope, Send

__all__ = ["Outermost"]

UNKNOWN_PATH = "other"
STATIC = "/static"
METHODS = ("GET", "HEAD", "POST")


class Outermost:
    """Answers what went wrong, and counts by path template, never by a path that a client made up.

    Args:
        app: within.
        metrics: that count.
        paths: of the application, but for templates.
    """

    def __init__(self, app: App, metrics: Metrics, paths: Collection[str] = ()) -> None:
        self._app = app
        self._metrics = metrics
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Refused as refused:
            self._metrics.turned_away(refused)
            if not status:
                await _answer(watched, refused)
        except Exception as error:
            _tell(self._label(scope)[1], error)
            if not status:
                await _answer(watched, Refused(500, "the service met an error of its own."))
        finally:
            self._metrics.answered(*self._label(scope), status, time.perf_counter() - begin)

    def _label(self, scope: Scope) -> tuple[str, str]:
        """Method and path template."""
        template = getattr(scope.get("route"), "path", None)
        path = scope["path"] if scope["path"] in self._paths else template
        if path is None:
            path = STATIC if scope["path"].startswith(f"{STATIC}/") else UNKNOWN_PATH
        return scope["method"] if scope["method"] in METHODS else UNKNOWN_PATH, path


async def _answer(send: Send, refused: Refused) -> None:
    body = json.dumps(error_body(refused.sentence), ensure_ascii=False).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **refused.headers,
    }
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _tell(path: str, error: Exception) -> None:
    """Where it happened, without the error's own words: they may hold what was uploaded."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    say(f"twelvelead: {type(error).__name__} at {last.name}, line {last.lineno}, while answering {path}.")
