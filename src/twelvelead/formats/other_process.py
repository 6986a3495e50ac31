"""A process of its own for a parser that may crash or hang: bytes in, facts and bytes out, or an error.

It is started at the first request, kept for the next ones, and killed when it takes too long. A request and an answer
are a line of JSON that states the length of the bytes that follow.

Should this process end while the other one hangs, an alarm ends that too.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from twelvelead.errors import FormatError

__all__ = ["OtherProcess", "ProcessLost", "serve", "serve_requests"]

Answer = tuple[dict[str, Any], bytes]
"""Facts, as JSON has them, and bytes."""

SECONDS = 15.0
"""An ECG of ten seconds takes 20 ms, the largest file that is read about six seconds."""

MOST_MEMORY = 4 * 2**30
"""Bytes of address space, where the system can bound it."""

MOST_BYTES = 2**30
"""Of a request or an answer: four times the largest file."""

ALARM_LATER_S = 5.0
"""So long after its time has run out a process ends itself, if its parent has not ended it."""

LONGEST_LINE = 10_000_000
"""Bytes of JSON in an answer: names of all arrays."""


class ProcessLost(FormatError):
    """The other process crashed over a file, or was killed because it took too long."""

    def __init__(self, source: str, late: bool) -> None:
        what = "takes too long" if late else "makes its library crash"
        super().__init__(f"{source}: the file is damaged: it {what}.")
        self.late = late


class OtherProcess:
    """Runs a module of this package that calls `serve` or `serve_requests`.

    Args:
        module: its name.
        command: another program in its place, for tests.
        seconds: for one request.
        words: arguments for the module.
        own_group: whether it leads a process group of its own, so that Ctrl-C does not reach it and the processes that
            it starts itself are killed with it.
        environment: in place of this process's own.
    """

    def __init__(
        self,
        module: str,
        command: Sequence[str] | None = None,
        seconds: float = SECONDS,
        *,
        words: Sequence[str] = (),
        own_group: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = list(command or (sys.executable, "-m", module, *words))
        self._seconds = seconds
        self._own_group = own_group
        self._environment = environment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._closes_at_exit = False

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        # A forked copy of this program must not share the pipes of the original.
        return self._process is not None and self._owner == os.getpid() and self._process.poll() is None

    def ask(
        self, source: str, data: bytes, facts: Mapping[str, Any] | None = None, seconds: float | None = None
    ) -> Answer:
        """Send a file and wait for the answer.

        Args:
            source: what to call the file in an error.
            data: the file.
            facts: what else the other process is to know, as JSON has it.
            seconds: for this request, in place of the usual ones.

        Returns:
            Facts, as JSON has them, and bytes.

        Raises:
            ProcessLost: the other process crashed or took too long.
            FormatError: it raised one.
        """
        patience = seconds or self._seconds
        request = {**(facts or {}), "source": source, "seconds": patience}
        with self._lock:
            process = self._started()
            late = threading.Timer(patience, self._kill, (process,))
            begin = time.monotonic()
            late.start()
            try:
                answer, content = self._exchange(process, request, data)
            except (OSError, ValueError, EOFError, LookupError, TypeError) as error:
                self.close()
                raise ProcessLost(source, time.monotonic() - begin >= patience) from error
            except BaseException:  # as Ctrl-C; its answer would be taken for that to the next request
                self.close()
                raise
            finally:
                late.cancel()
        if "error" in answer:
            raise FormatError(str(answer["error"]))
        return answer, content

    def close(self) -> None:
        """End the process; the next request starts another."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        self._kill(process)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        if self._own_group and hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self.running:
            return self._process
        self.close()
        here = str(Path(__file__).resolve().parents[2])
        own = os.environ if self._environment is None else self._environment
        paths = [here, *filter(None, [own.get("PYTHONPATH")])]
        # HDF5 would load filters from a folder of the system.
        environment = {**own, "PYTHONPATH": os.pathsep.join(paths), "HDF5_PLUGIN_PRELOAD": "::"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(  # type: ignore[call-overload]
            self._command, env=environment, start_new_session=self._own_group, **pipes
        )
        self._owner = os.getpid()
        if not self._closes_at_exit:
            atexit.register(self.close)
            self._closes_at_exit = True
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: dict[str, Any], data: bytes) -> Answer:
        assert process.stdin and process.stdout
        _send(process.stdin, request, data)
        return _receive(process.stdout)


def serve(answer: Callable[[str, bytes], Answer]) -> None:
    """Answer requests that are a file's name and content, on standard input, until it ends.

    Args:
        answer: gives facts and bytes for a file's name and content, or raises `FormatError`.
    """
    serve_requests(lambda request, data: answer(request["source"], data))


def serve_requests(answer: Callable[[dict[str, Any], bytes], Answer], most_memory: int = MOST_MEMORY) -> None:
    """Answer requests on standard input until it ends.

    Args:
        answer: gives facts and bytes for the facts and the bytes of a request, or raises `FormatError`.
        most_memory: bytes of address space, where the system can bound it.
    """
    _bound(most_memory)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not get between the answers.
    os.dup2(2, 1)
    while True:
        try:
            facts, data = _receive(requests)
        except EOFError:
            return
        _set_alarm(facts["seconds"] + ALARM_LATER_S)
        try:
            _send(answers, *answer(facts, data))
        except FormatError as error:
            _send(answers, {"error": str(error)}, b"")
        _set_alarm(0)


def _send(stream: IO[bytes], facts: dict[str, Any], data: bytes) -> None:
    stream.write(json.dumps(facts | {"bytes": len(data)}).encode() + b"\n")
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Answer:
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise EOFError
    facts = json.loads(line)
    size = facts["bytes"]
    if not 0 <= size <= MOST_BYTES:
        raise EOFError
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return facts, data


def _set_alarm(seconds: float) -> None:
    """Have the system end this process then, whatever it is doing; 0: no more."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _bound(most_memory: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
