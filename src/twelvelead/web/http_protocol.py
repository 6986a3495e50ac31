"""HTTP/1.1 by uvicorn and h11, with an end to a client's slowness: heads, answers and good-byes that never finish.

A client that sends on when it has its answer is heard out for a while (`lingering`).
"""

import socket
from contextlib import suppress
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from twelvelead.formats.limits import LARGEST_FILE
from twelvelead.web.deadline import Deadline
from twelvelead.web.lingering import PartingTransport, Rest

__all__ = ["PatientProtocol"]

PATIENCE_S = 10.0
"""For a request's head, for the client to take some of its answer, for more of a body whose answer is known."""

REST_S = 30.0
"""For all the rest of a body whose answer is known."""

REST_BYTES = LARGEST_FILE
"""Of it; whoever sends a file that some service of this kind would take learns that this one does not."""

MOST_CONNECTIONS = 400
"""At a time; a process may usually have 1,024 files open."""


class PatientProtocol(H11Protocol):  # type: ignore[misc]
    """One connection, cut where uvicorn would wait for ever, and heard out where a client would lose its answer."""

    patience_s = PATIENCE_S
    rest_s = REST_S
    rest_bytes = REST_BYTES
    most_connections = MOST_CONNECTIONS

    def connection_made(self, transport: Any) -> None:
        self._request = Deadline(transport, self.patience_s)
        self._answer = Deadline(transport, self.patience_s)
        self._rest = Rest(transport, self.rest_bytes, self.rest_s, self.patience_s)
        super().connection_made(PartingTransport(transport, self._client_sends, self._parted))
        _send_at_once(transport.get_extra_info("socket"))
        if len(self.connections) > self.most_connections:
            self._make_room()
        if not transport.is_closing():
            self._request.set()

    def data_received(self, data: bytes) -> None:
        if self._rest.is_awaited:
            self._rest.came(len(data))
        if self.transport.is_closing():
            return
        super().data_received(data)
        if not (self._comes_for_nothing() or self.transport.is_closing()):
            self._rest.end()
        if self.cycle is not None and not self.cycle.response_complete:
            self._request.call_off()  # body_limit has an eye on the body
        elif not self._rest.is_awaited:
            self._request.set()

    def on_response_complete(self) -> None:
        self.cycle.body.clear()  # nobody will read it
        if self._comes_for_nothing():
            self._rest.begin()
        super().on_response_complete()
        self._request.call_off()
        self._watch_the_last()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer.set()

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self._answer.call_off()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_the_last()

    def send_400_response(self, msg: str) -> None:
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:  # the request has its answer: what comes after it may be anything
            self.transport.close()

    def shutdown(self) -> None:
        if self._rest.is_awaited:
            self._rest.cut()
        else:
            super().shutdown()

    def connection_lost(self, error: Exception | None) -> None:
        self._request.call_off()
        self._answer.call_off()
        self._rest.end()
        super().connection_lost(error)

    def _client_sends(self) -> bool:
        """Whether there is more to come, as of a request that is no HTTP, whose end nobody can tell."""
        return self.conn.their_state in (h11.SEND_BODY, h11.ERROR)

    def _comes_for_nothing(self) -> bool:
        answered = self.cycle is not None and self.cycle.response_complete
        return answered and self.conn.their_state is h11.SEND_BODY

    def _parted(self) -> None:
        self._request.call_off()
        self._rest.begin()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # as uvicorn tells whoever works on an answer that nobody will get
            self.cycle.message_event.set()

    def _watch_the_last(self) -> None:
        """The client may never take the last of an answer."""
        if self.transport.is_closing() and not self._rest.is_awaited:
            self._answer.set()

    def _make_room(self) -> None:
        """Cut a connection that is answered and only heard out, else this one."""
        answered = next((other for other in self.connections if other._rest.is_awaited), self)
        answered._rest.cut()


def _send_at_once(connection: Any) -> None:
    """Let no answer wait for the client to acknowledge the answer's head, which takes clients 40 ms.

    asyncio does so itself only where the listening socket was made with the protocol's number, which
    `socket.create_server` does not do.
    """
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):  # of a connection that is already gone
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
