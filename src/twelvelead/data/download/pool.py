"""Several things at a time, in threads that never keep the program from ending.

An executor's threads are waited for when Python ends, which after Ctrl-C could be as long as a server stays silent.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

__all__ = ["in_parallel"]

TICK_S = 0.1
GRACE_S = 1.0
"""After a failure or Ctrl-C threads get so long to clean up."""

Job = TypeVar("Job")
Result = TypeVar("Result")


def in_parallel(
    work: Callable[[Job], Result], jobs: Iterable[Job], threads: int, stop: threading.Event
) -> Iterator[tuple[Job, Result] | None]:
    """Do `work` for every job; gives each job with its result, in the order in which they get done.

    Gives None ten times a second while nothing gets done, so that the caller can show how far it is.
    An exception of `work` is raised here; then, and when the caller goes away, `stop` is set and no job is begun.

    Args:
        work: called in a thread with one job.
        jobs: what to do.
        threads: how many at a time; at least 1.
        stop: tells `work` to give up.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[Job, Result | None, BaseException | None]] = queue.SimpleQueue()
    count = 0
    for job in jobs:
        waiting.put(job)
        count += 1

    def labour() -> None:
        while not stop.is_set():
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((job, work(job), None))
            except BaseException as error:  # whatever it is, the caller gets it
                done.put((job, None, error))

    workers = [threading.Thread(target=labour, daemon=True) for _ in range(min(threads, count))]
    try:
        for worker in workers:
            worker.start()
        while count:
            try:
                job, result, error = done.get(timeout=TICK_S)
            except queue.Empty:
                yield None
                continue
            if error is not None:
                raise error
            count -= 1
            yield job, result  # type: ignore[misc]  # without an error there is a result
    finally:
        if count:
            stop.set()
        deadline = time.monotonic() + GRACE_S
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
