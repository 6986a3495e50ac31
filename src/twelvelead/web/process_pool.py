"""A few processes that can be killed, behind a bounded queue; one that dies is replaced before it is asked again."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any

from twelvelead.errors import FormatError
from twelvelead.formats.other_process import Answer, OtherProcess, ProcessLost
from twelvelead.web.lane import Lane
from twelvelead.web.refusal import busy
from twelvelead.web.settings import TOKEN_VARIABLE

__all__ = ["ProcessPool"]

START_S = 120.0
"""In which a new process must have loaded its libraries; usually two seconds."""

AGAIN_S = 1.0
"""Between two attempts to start one."""


class ProcessPool:
    """Processes that all run one module.

    Args:
        module: of this package, which calls `serve_requests`.
        name: what they do, for the sentence of a refusal: "the parsers".
        processes: how many.
        waiting: requests that may wait for one of them.
        seconds: for a request, from when a process has it.
        memory: bytes of address space of each.
        wait_s: after which a waiting request is given up; one that would wait longer is refused.
        patience_s: after which no answer is waited for.
        on_lost: called when a process crashed (False) or was killed because it took too long (True).
        command: another program in place of the module, for tests.
    """

    def __init__(
        self,
        module: str,
        name: str,
        *,
        processes: int,
        waiting: int,
        seconds: float,
        memory: int,
        wait_s: float,
        patience_s: float,
        on_lost: Callable[[bool], None] = lambda late: None,
        command: Sequence[str] | None = None,
    ) -> None:
        # Waiting for a process that is being started is no work: the next one finds it there.
        self.lane = Lane(name, processes, waiting, patience_s, wait_s, timed=False)
        self._queue = name.removeprefix("the ")
        self._on_lost = on_lost
        self._idle: SimpleQueue[OtherProcess | None] = SimpleQueue()
        self._renewals: list[threading.Thread] = []
        self._ready = threading.Semaphore(0)
        self._alive = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        options: dict[str, Any] = {"words": [str(memory)], "own_group": True, "environment": _environment()}
        self._workers = [OtherProcess(module, command, seconds, **options) for _ in range(processes)]

    @property
    def alive(self) -> int:
        """Processes that answer."""
        return self._alive

    def start(self) -> None:
        """Start all processes; returns at once."""
        for worker in self._workers:
            self._renew_aside(worker)

    def wait_until_ready(self) -> bool:
        """Wait for all processes; False if one does not start."""
        deadline = time.monotonic() + START_S
        return all(self._ready.acquire(timeout=max(0.0, deadline - time.monotonic())) for _ in self._workers)

    async def ask(self, source: str, data: bytes, facts: Mapping[str, Any]) -> Answer:
        """Have one of them answer; its facts get a `folder`, empty and for this request alone.

        Raises:
            Refused: too many wait already, or it would wait too long or does.
            ProcessLost: the process crashed or took too long.
            FormatError: it raised one.
        """
        return await self.lane.run(self._ask, source, data, facts)

    def close(self) -> None:
        """End them all."""
        self._closed.set()
        self.lane.close()
        for worker in self._workers:
            self._idle.put(None)  # for a request that waits for a process
            worker.close()
        for renewal in self._renewals:
            while renewal.is_alive():
                for worker in self._workers:
                    worker.close()
                renewal.join(0.05)

    def _ask(self, source: str, data: bytes, facts: Mapping[str, Any]) -> Answer:
        worker = self._waiting_worker()
        try:
            # Made anew each time: a system clears its folder of temporary files of what is old.
            with TemporaryDirectory(prefix="twelvelead-", ignore_cleanup_errors=True) as folder:
                begin = time.monotonic()
                try:
                    answer = worker.ask(source, data, {**facts, "folder": folder})
                finally:
                    self.lane.took(time.monotonic() - begin)
        except ProcessLost as error:
            self._replace(worker, error.late)
            raise
        except BaseException:
            self._idle.put(worker)
            raise
        self._idle.put(worker)
        return answer

    def _waiting_worker(self) -> OtherProcess:
        """One that waits; any that ended while it waited, as for want of memory, is replaced: no upload is to blame."""
        while (worker := self._idle.get()) is not None:
            if worker.running:
                return worker
            self._replace(worker, late=False)
        raise busy("the service ends", self._queue, "down")

    def _replace(self, worker: OtherProcess, late: bool) -> None:
        with self._lock:
            self._alive -= 1
        self._on_lost(late)
        self._renew_aside(worker)

    def _renew_aside(self, worker: OtherProcess) -> None:
        renewal = threading.Thread(target=self._renew, args=(worker,), daemon=True, name="renewal")
        with self._lock:
            renewal.start()
            self._renewals = [other for other in self._renewals if other.is_alive()] + [renewal]

    def _renew(self, worker: OtherProcess) -> None:
        """Start it, wait until its libraries are loaded."""
        while not self._closed.is_set():
            try:
                worker.ask("the start", b"", {"start": True}, START_S)
            except (FormatError, OSError):
                self._closed.wait(AGAIN_S)
                continue
            with self._lock:
                self._alive += 1
            self._idle.put(worker)
            self._ready.release()
            return


def _environment() -> dict[str, str]:
    """This process's, without its secret; one thread each, because there are several of them."""
    kept = {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}
    return kept | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
