"""HTTP/1.1 by uvicorn and h11, with an end to a client's slowness: heads, answers and good-byes that never finish."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["PATIENCE_S", "PatientProtocol"]

PATIENCE_S = 10.0
"""For a request's head, for the rest of a body whose answer is known, for the client to take some of its answer."""

MOST_CONNECTIONS = 400
"""At a time; a process may usually have 1,024 files open."""


class PatientProtocol(H11Protocol):  # type: ignore[misc]
    """One connection; it is cut where uvicorn itself would wait for ever."""

    patience_s = PATIENCE_S
    most_connections = MOST_CONNECTIONS

    def connection_made(self, transport: Any) -> None:
        self._cut: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()  # body_limit has an eye on the body
        elif self._cut is None:
            self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._stop_waiting()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        self._stop_waiting()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._wait()

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(error)

    def _wait(self) -> None:
        self._stop_waiting()
        self._cut = self.loop.call_later(self.patience_s, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None
