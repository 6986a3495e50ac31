"""The local engine: a process for each core, each scoring one shard after the other.

A process that ends, or gives no sign of life for `SILENT_S`, costs its shard an attempt and is replaced; one that does
so before it has loaded the model ends the work. A process is used, not a thread, because a reader may crash, and
Python's threads read one at a time.
"""

import json
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from twelvelead.commands.archive.attempts import Attempts
from twelvelead.commands.archive.job import Job
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.local_process import LocalProcess
from twelvelead.errors import TwelveleadError

__all__ = ["run_local"]

SILENT_S = 600.0
"""The largest file that is read at all takes a fraction of it."""

COMMAND = (sys.executable, "-m", "twelvelead.commands.archive.local_worker")

Event = tuple[int, int | dict[str, Any]]
"""A shard, and how many of its ECGs are done, or its manifest."""


def run_local(
    job: Job, todo: Iterator[int], workers: int, command: Sequence[str] = COMMAND, silent_s: float = SILENT_S
) -> Iterator[Event]:
    """Score shards with processes of this machine; yields signs of progress and each finished shard's manifest.

    Args:
        job: what to score.
        todo: shards.
        workers: processes.
        command: another program in place of the worker, for tests.
        silent_s: seconds after which a silent process is ended.

    Raises:
        TwelveleadError: a process cannot start or write, or a shard keeps ending processes.
    """
    Layout(job.folder).out.mkdir(parents=True, exist_ok=True)
    with Layout(job.folder).log.open("ab") as log:
        crew = _Crew(todo)
        members = [_Member(crew, job, command, log.fileno()) for _ in range(workers)]
        for member in members:
            member.start()
        try:
            yield from _events(crew, members, silent_s)
        finally:
            crew.stopping = True
            for member in members:
                member.end_process()
            for member in members:
                member.join()
    _remove_empty(Layout(job.folder).log)


def _events(crew: "_Crew", members: Sequence["_Member"], silent_s: float) -> Iterator[Event]:
    working = len(members)
    while working:
        try:
            event = crew.events.get(timeout=min(1.0, silent_s))
        except queue.Empty:
            event = ()
        for member in members:
            if member.busy and time.monotonic() - member.heard > silent_s:
                member.give_up(silent_s)
        if isinstance(event, BaseException):
            raise event
        if event is None:
            working -= 1
        elif event:
            yield event


class _Crew:
    """What the members share: shards to do, those to do again, and what they have to say."""

    def __init__(self, todo: Iterator[int]) -> None:
        self.events: queue.Queue[Any] = queue.Queue()
        self.stopping = False
        self._todo = todo
        self._again: deque[int] = deque()
        self._attempts = Attempts()
        self._lock = threading.Lock()

    def take(self) -> tuple[int, bool] | None:
        """The next shard, and whether to be careful with it."""
        with self._lock:
            shard = self._again.popleft() if self._again else next(self._todo, None)
            return None if shard is None or self.stopping else (shard, self._attempts.careful(shard))

    def ended(self, shard: int, how: str) -> None:
        """A process ended during this shard."""
        with self._lock:
            self._attempts.ended(shard, how)
            self._again.append(shard)


class _Member(threading.Thread):
    """Keeps one process at work."""

    def __init__(self, crew: _Crew, job: Job, command: Sequence[str], log: int) -> None:
        super().__init__(daemon=True)
        self._crew, self._job, self._command, self._log = crew, job, command, log
        self._process: LocalProcess | None = None
        self._silent_s = 0.0
        self.busy = False
        """Whether its process owes an answer: it begins, or it scores."""

    @property
    def heard(self) -> float:
        """When the process last gave a sign of life, on the monotonic clock."""
        return self._process.heard if self._process else time.monotonic()

    def run(self) -> None:
        try:
            while (taken := self._crew.take()) is not None:
                process = self._process or self._start()
                if process is not None and not self._score(process, *taken) and not self._crew.stopping:
                    self._process = None
                    self._crew.ended(taken[0], f"exit code {process.close()}")
        except BaseException as error:
            self._crew.events.put(error)
        finally:
            if self._process:
                self._process.close()
            self._crew.events.put(None)

    def end_process(self) -> None:
        """Kill the process, whatever it does."""
        if self._process:
            self._process.kill()

    def give_up(self, silent_s: float) -> None:
        """Kill the process, which has been silent for so long."""
        self._silent_s = silent_s
        self.end_process()

    def _start(self) -> "LocalProcess | None":
        """A process that is ready; None where there is nothing to do any more.

        Raises:
            TwelveleadError: it has ended already, or was silent for too long.
        """
        self._process = process = LocalProcess(self._command, self._log)
        if self._crew.stopping:
            process.kill()
        process.ask(self._job.to_json())
        if self._hear(process) is not None:
            return process
        if self._crew.stopping:
            return None
        log = Layout(self._job.folder).log
        if self._silent_s:
            raise TwelveleadError(f"a process was silent for {self._silent_s:g} s before it could begin; see {log}.")
        raise TwelveleadError(f"a process ended before it could begin (exit code {process.close()}); see {log}.")

    def _hear(self, process: LocalProcess) -> dict[str, Any] | None:
        """The next answer; None if the process has ended, of itself or because it was silent for too long."""
        self._silent_s = 0.0
        self.busy = True
        try:
            return process.hear()
        finally:
            self.busy = False

    def _score(self, process: LocalProcess, shard: int, careful: bool) -> bool:
        """Whether the process lived to finish the shard."""
        process.ask(json.dumps({"shard": shard, "careful": careful}))
        while (answer := self._hear(process)) is not None:
            if "done" in answer:
                self._crew.events.put((shard, answer["done"]))
                return True
            self._crew.events.put((shard, answer["ecgs"]))
        return False


def _remove_empty(path: Path) -> None:
    if path.is_file() and not path.stat().st_size:
        path.unlink()
