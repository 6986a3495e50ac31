"""A few processes that can be killed, behind a bounded queue; one that dies is replaced before it is asked again."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
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


@dataclass(frozen=True)
class _Worker:
    process: OtherProcess
    folder: Path
    """Its own, for files that must lie on disk to be read; empty between two requests."""


class ProcessPool:
    """Processes that all run one module.

    Args:
        module: of this package, which calls `serve_requests`.
        name: what they do, for the sentence of a refusal: "the parsers".
        processes: how many.
        waiting: requests that may wait for one of them.
        seconds: for a request, from when a process has it.
        memory: bytes of address space of each.
        patience_s: after which a waiting request is given up.
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
        patience_s: float,
        on_lost: Callable[[bool], None] = lambda late: None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._lane = Lane(name, processes, waiting, patience_s)
        self._on_lost = on_lost
        self._root = Path(tempfile.mkdtemp(prefix="twelvelead-"))
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        self._renewals: list[threading.Thread] = []
        self._ready = threading.Semaphore(0)
        self._alive = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        options: dict[str, Any] = {"words": [str(memory)], "own_group": True, "environment": _environment()}
        self._workers = [
            _Worker(OtherProcess(module, command, seconds, **options), self._root / str(number))
            for number in range(processes)
        ]

    @property
    def alive(self) -> int:
        """Processes that answer."""
        return self._alive

    @property
    def waiting(self) -> int:
        """Requests that wait for one of them."""
        return self._lane.waiting

    def start(self) -> None:
        """Start all processes; returns at once."""
        for worker in self._workers:
            self._renew_aside(worker)

    def wait_until_ready(self) -> bool:
        """Wait for all processes; False if one does not start."""
        deadline = time.monotonic() + START_S
        return all(self._ready.acquire(timeout=max(0.0, deadline - time.monotonic())) for _ in self._workers)

    async def ask(self, source: str, data: bytes, facts: Mapping[str, Any]) -> Answer:
        """Have one of them answer; its facts get a `folder` that is its own.

        Raises:
            Refused: too many wait already.
            ProcessLost: the process crashed or took too long.
            FormatError: it raised one.
        """
        return await self._lane.run(self._ask, source, data, facts)

    def close(self) -> None:
        """End them all and remove their folders."""
        self._closed.set()
        self._lane.close()
        for worker in self._workers:
            self._idle.put(None)  # for a request that waits for a process
            worker.process.close()
        for renewal in self._renewals:
            while renewal.is_alive():
                for worker in self._workers:
                    worker.process.close()
                renewal.join(0.05)
        shutil.rmtree(self._root, ignore_errors=True)

    def _ask(self, source: str, data: bytes, facts: Mapping[str, Any]) -> Answer:
        worker = self._idle.get()
        if worker is None:
            raise busy("the service ends")
        try:
            answer = worker.process.ask(source, data, {**facts, "folder": str(worker.folder)})
        except ProcessLost as error:
            with self._lock:
                self._alive -= 1
            self._on_lost(error.late)
            self._renew_aside(worker)
            raise
        except BaseException:
            self._idle.put(worker)
            raise
        self._idle.put(worker)
        return answer

    def _renew_aside(self, worker: _Worker) -> None:
        renewal = threading.Thread(target=self._renew, args=(worker,), daemon=True, name="renewal")
        self._renewals = [other for other in self._renewals if other.is_alive()] + [renewal]
        renewal.start()

    def _renew(self, worker: _Worker) -> None:
        """Clear its folder, start it, wait until its libraries are loaded."""
        while not self._closed.is_set():
            shutil.rmtree(worker.folder, ignore_errors=True)
            worker.folder.mkdir(mode=0o700, exist_ok=True)
            try:
                worker.process.ask("the start", b"", {"start": True}, START_S)
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
