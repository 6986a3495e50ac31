"""A lane: so many things are done at a time, so many more may wait, further ones are refused at once."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from twelvelead.web.refusal import busy

__all__ = ["Lane"]

T = TypeVar("T")


class Lane:
    """Runs functions on threads of its own.

    Args:
        name: of what it does, for the sentence of a refusal: "the parsers".
        threads: done at a time.
        waiting: more that may wait.
        seconds: after which one that waits, or runs, is given up.
    """

    def __init__(self, name: str, threads: int, waiting: int, seconds: float) -> None:
        self._name = name
        self._threads = threads
        self._most = threads + waiting
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name.replace(" ", "-"))
        self._lock = threading.Lock()
        self._accepted = 0

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return max(0, self._accepted - self._threads)

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Give the function's result.

        Raises:
            Refused: too many wait already, or it took too long.
        """
        with self._lock:
            if self._accepted >= self._most:
                raise busy(f"{self._name} are busy")
            self._accepted += 1
        future = self._pool.submit(function, *arguments)
        future.add_done_callback(self._leave)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError:
            raise busy(f"{self._name} took too long") from None

    def close(self) -> None:
        """Forget what waits."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _leave(self, _: object) -> None:
        with self._lock:
            self._accepted -= 1
