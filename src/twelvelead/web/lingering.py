"""An answer's way to a client that still sends its request: what comes is thrown away instead of cutting it off.

Bytes for a socket that is closed are answered with a reset, upon which the client's sending fails and its system may
forget the answer that it has not read yet. So the server ends its own half only, and reads on: RFC 9112, section 9.6.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from twelvelead.web.deadline import Deadline

__all__ = ["PartingTransport", "Rest"]


class Rest:
    """What still comes of a request whose answer is known; cuts the connection where it is too much or takes too long.

    Args:
        transport: of the connection.
        most_bytes: that are thrown away.
        seconds: for all of it.
        silence_s: without a byte.
    """

    def __init__(self, transport: asyncio.Transport, most_bytes: int, seconds: float, silence_s: float) -> None:
        self._transport = transport
        self._most_bytes = most_bytes
        self._bytes = 0
        self._all = Deadline(transport, seconds)
        self._next = Deadline(transport, silence_s)
        self.is_awaited = False

    def begin(self) -> None:
        """The answer is known; does nothing if that has been said."""
        if not self.is_awaited:
            self.is_awaited = True
            self._bytes = 0
            self._all.set()
            self._next.set()

    def came(self, count: int) -> None:
        """So many bytes were thrown away."""
        self._bytes += count
        if self._bytes > self._most_bytes:
            self.cut()
            return
        self._next.call_off()
        self._next.set()

    def end(self) -> None:
        """All has come, or nothing can come any more."""
        self.is_awaited = False
        self._all.call_off()
        self._next.call_off()

    def cut(self) -> None:
        """Wait for no more of it."""
        self.end()
        self._transport.abort()


class PartingTransport:
    """A connection's transport whose `close` ends only its own half while the client still sends.

    Args:
        transport: that it is otherwise.
        client_sends: whether more must be expected.
        parted: called when the own half has been ended.
    """

    def __init__(
        self, transport: asyncio.Transport, client_sends: Callable[[], bool], parted: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._client_sends = client_sends
        self._parted = parted
        self.has_parted = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Whether nothing more is to be written."""
        return self.has_parted or self._transport.is_closing()

    def close(self) -> None:
        """Write what is waiting, then no more."""
        if self.is_closing():
            return
        if not (self._client_sends() and self._transport.can_write_eof()):
            self._transport.close()
            return
        self.has_parted = True
        try:
            self._transport.write_eof()
        except OSError:  # the client has gone
            self._transport.abort()
        else:
            self._transport.resume_reading()
            self._parted()
