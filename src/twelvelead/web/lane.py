"""A lane: so many things are done at a time, so many more may wait, but not for long; others are refused at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from twelvelead.web.admission import Admission, Pace

__all__ = ["Lane"]

T = TypeVar("T")


class Lane:
    """Runs functions on threads of its own.

    Args:
        name: of what does it, for the sentence of a refusal: "the parsers".
        threads: done at a time.
        waiting: more that may wait.
        seconds: after which one that runs is given up.
        wait_s: after which one that waits is given up; one that would wait longer is refused.
        clock: seconds, as of `time.monotonic`.
        timed: whether the functions are the work; else they tell by `took` how long that was.
    """

    def __init__(
        self,
        name: str,
        threads: int,
        waiting: int,
        seconds: float,
        wait_s: float,
        clock: Callable[[], float] = time.monotonic,
        timed: bool = True,
    ) -> None:
        self._threads = threads
        self._admission = Admission(name, threads + waiting, wait_s, seconds)
        self._clock = clock
        self._is_timed = timed
        self._pace = Pace()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name.replace(" ", "-"))
        self._lock = threading.Lock()
        self._accepted = 0

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return max(0, self._accepted - self._threads)

    @property
    def expected_s(self) -> float:
        """Seconds that the next one would wait: as many must end before it as wait, and one more."""
        ahead = max(0, self._accepted - self._threads + 1)
        return ahead * self._pace.unit_s / self._threads

    def check(self, before_s: float = 0.0) -> None:
        """See whether one more may come.

        Args:
            before_s: further seconds that it would wait, elsewhere.

        Raises:
            Refused: too many wait already, or it would wait too long.
        """
        self._admission.check(self._accepted, before_s + self.expected_s)

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Give the function's result.

        Raises:
            Refused: too many wait already, it would wait too long or does, or it took too long.
        """
        with self._lock:
            self.check()
            self._accepted += 1
        work: list[Callable[[], T]] = [partial(function, *arguments)]
        future = self._pool.submit(self._timed, work)
        # The pool keeps what is cancelled until a thread is free; what it works on may be large.
        future.add_done_callback(lambda _: work.clear())
        future.add_done_callback(self._leave)
        return await self._admission.result(future)

    def took(self, seconds: float) -> None:
        """Note how long a piece of work took."""
        with self._lock:
            self._pace.add(seconds)

    def close(self) -> None:
        """Forget what waits."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _timed(self, work: list[Callable[[], T]]) -> T:
        begin = self._clock()
        try:
            return work.pop()()
        finally:
            if self._is_timed:
                self.took(self._clock() - begin)

    def _leave(self, _: object) -> None:
        with self._lock:
            self._accepted -= 1
