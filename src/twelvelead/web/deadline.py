"""`Deadline`: a connection's client has so long, then it is cut off."""

import asyncio

__all__ = ["Deadline"]


class Deadline:
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
