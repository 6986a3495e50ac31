"""Taking turns, so that a machine that is busy for a while slows both ways; medians, so that a burst does not count."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Times:
    """Seconds of each round."""

    assignment: list[float]
    twelvelead: list[float]

    @property
    def medians(self) -> tuple[float, float]:
        return median(self.assignment), median(self.twelvelead)


def take_turns(rounds: int, assignment: Callable[[], object], twelvelead: Callable[[], object]) -> Times:
    """Time both, `rounds` times each, in turns."""
    times = Times([], [])
    for _ in range(rounds):
        for function, seconds in ((assignment, times.assignment), (twelvelead, times.twelvelead)):
            start = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - start)
    return times
