"""Who may join a queue: no more than it holds, and nobody who would wait too long by how fast it was of late."""

import asyncio
import math
from concurrent.futures import Future
from typing import TypeVar

from twelvelead.web.refusal import busy

__all__ = ["Admission", "Pace"]

T = TypeVar("T")

KEPT = 0.9
"""Of what was measured before, with each new measurement: the last ten or so count."""

SHORTEST_RETRY_S = 1


class Pace:
    """How long a unit of work takes: the seconds of the last pieces of work over their units."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._units = 0.0

    def add(self, seconds: float, units: int = 1) -> None:
        """So many units of work took so long."""
        self._seconds = KEPT * self._seconds + seconds
        self._units = KEPT * self._units + units

    @property
    def unit_s(self) -> float:
        """Seconds for one; 0 as long as nothing was measured."""
        return self._seconds / self._units if self._units else 0.0


class Admission:
    """Bounds a queue three ways: by its length, by the wait that is expected, by the wait that comes of it.

    What is expected is the work ahead times its measured pace. Whoever finds nobody ahead is never refused, so a pace
    that is no longer true is soon measured anew.

    Args:
        name: of what is waited for, for the sentence of a refusal: "the parsers".
        most: requests that may be there, as its user counts them.
        wait_s: longest wait, expected or real; longer ones are refused.
        seconds: after which an answer is no more waited for, from the request's arrival.
    """

    def __init__(self, name: str, most: int, wait_s: float, seconds: float) -> None:
        self._name = name
        self._queue = name.removeprefix("the ")
        self._most = most
        self._wait_s = wait_s
        self._seconds = seconds

    def check(self, there: int, expected_s: float) -> None:
        """See whether one more may come.

        Args:
            there: requests that are there.
            expected_s: that the next one would wait.

        Raises:
            Refused: it may not.
        """
        again_s = max(SHORTEST_RETRY_S, math.ceil(expected_s))
        if there >= self._most:
            raise busy(f"too many requests wait for {self._name}", self._queue, "full", again_s)
        if expected_s > self._wait_s:
            would_be = math.ceil(100 * expected_s) / 100  # rounded up, so that it is more as it is written
            what = f"the wait for {self._name} would be {would_be:.2f} s, more than {self._wait_s:g} s"
            raise busy(what, self._queue, "expected", again_s)

    async def result(self, future: Future[T]) -> T:
        """What an admitted request gives.

        Args:
            future: marked as running as soon as its turn has come.

        Raises:
            Refused: its turn did not come in time, or it took too long then.
        """
        late = False

        def give_up() -> None:
            nonlocal late
            late = future.cancel()  # does nothing to what runs

        timer = asyncio.get_running_loop().call_later(self._wait_s, give_up)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError:
            raise busy(f"{self._name} took too long", self._queue, "slow") from None
        except asyncio.CancelledError:
            if late:
                what = f"the wait for {self._name} was more than {self._wait_s:g} s"
                raise busy(what, self._queue, "waited") from None
            raise
        finally:
            timer.cancel()
