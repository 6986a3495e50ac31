"""HTTP/1.1 by uvicorn and h11, with an end to a client's slowness: heads, answers and good-byes that never finish."""

import asyncio
import socket
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["PatientProtocol"]

PATIENCE_S = 10.0
"""For a request's head, for the rest of a body whose answer is known, for the client to take some of its answer."""

MOST_CONNECTIONS = 400
"""At a time; a process may usually have 1,024 files open."""


class _Deadline:
    """Cuts a connection unless it is called off in time."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._handle: asyncio.TimerHandle | None = None

    def set(self) -> None:
        """Begin to wait, if it does not wait already."""
        if self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(self._seconds, self._transport.abort)

    def call_off(self) -> None:
        """Wait no more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class PatientProtocol(H11Protocol):  # type: ignore[misc]
    """One connection; it is cut where uvicorn itself would wait for ever."""

    patience_s = PATIENCE_S
    most_connections = MOST_CONNECTIONS

    def connection_made(self, transport: Any) -> None:
        self._request = _Deadline(transport, self.patience_s)
        self._answer = _Deadline(transport, self.patience_s)
        super().connection_made(transport)
        _send_at_once(transport.get_extra_info("socket"))
        if len(self.connections) > self.most_connections:
            transport.abort()
            return
        self._request.set()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._request.call_off()  # body_limit has an eye on the body
        else:
            self._request.set()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._request.call_off()
        if self.transport.is_closing():
            self._answer.set()  # the client may never take the last of it

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer.set()

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self._answer.call_off()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._answer.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._request.call_off()
        self._answer.call_off()
        super().connection_lost(error)


def _send_at_once(connection: Any) -> None:
    """Let no answer wait for the client to acknowledge the answer's head, which takes clients 40 ms.

    asyncio does so itself only where the listening socket was made with the protocol's number, which
    `socket.create_server` does not do.
    """
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):  # of a connection that is already gone
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
