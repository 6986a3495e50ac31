"""How many bytes are there, counted by several threads."""

import threading

__all__ = ["Meter"]


class Meter:
    """Bytes there, of bytes in all."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """So many bytes more; negative for bytes that turned out to be of no use."""
        with self._lock:
            self.done += count
