"""A process of its own for a parser that may crash or hang: bytes in, facts and bytes out, or an error.

It is started at the first request, kept for the next ones, and killed when it takes too long. A request and an answer
are a line of JSON that states the length of the bytes that follow.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from twelvelead.errors import FormatError

__all__ = ["OtherProcess", "serve"]

SECONDS = 15.0
"""An ECG of ten seconds takes 20 ms, the largest file that is read about six seconds."""

MOST_MEMORY = 4 * 2**30
"""Bytes of address space, where the system can bound it."""

LONGEST_LINE = 10_000_000
"""Bytes of JSON in an answer: names of all arrays."""


class OtherProcess:
    """Runs a module of this package that calls `serve`.

    Args:
        module: its name.
        command: another program in its place, for tests.
        seconds: for one request.
    """

    def __init__(self, module: str, command: Sequence[str] | None = None, seconds: float = SECONDS) -> None:
        self._command = list(command or (sys.executable, "-m", module))
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, source: str, data: bytes) -> tuple[dict[str, Any], bytes]:
        """Send a file and wait for the answer.

        Args:
            source: what to call the file in an error.
            data: the file.

        Returns:
            Facts, as JSON has them, and bytes.

        Raises:
            FormatError: the other process raised it, crashed, or took too long.
        """
        with self._lock:
            process = self._started()
            late = threading.Timer(self._seconds, process.kill)
            begin = time.monotonic()
            late.start()
            try:
                facts, content = self._exchange(process, source, data)
            except (OSError, ValueError, EOFError) as error:
                self.close()
                what = "takes too long" if time.monotonic() - begin >= self._seconds else "makes its library crash"
                raise FormatError(f"{source}: the file is damaged: it {what}.") from error
            finally:
                late.cancel()
        if "error" in facts:
            raise FormatError(str(facts["error"]))
        return facts, content

    def close(self) -> None:
        """End the process; the next request starts another."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        # A forked copy of this program must not share the pipes of the original.
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        self.close()
        here = str(Path(__file__).resolve().parents[2])
        paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
        # HDF5 would load filters from a folder of the system.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "HDF5_PLUGIN_PRELOAD": "::"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(self._command, env=environment, **pipes)  # type: ignore[call-overload]
        self._owner = os.getpid()
        atexit.register(self.close)
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], source: str, data: bytes) -> tuple[dict[str, Any], bytes]:
        assert process.stdin and process.stdout
        _send(process.stdin, {"source": source}, data)
        return _receive(process.stdout)


def serve(answer: Callable[[str, bytes], tuple[dict[str, Any], bytes]]) -> None:
    """Answer requests on standard input until it ends.

    Args:
        answer: gives facts and bytes for a file's name and content, or raises `FormatError`.
    """
    _bound_memory()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not get between the answers.
    os.dup2(2, 1)
    while True:
        try:
            facts, data = _receive(requests)
        except EOFError:
            return
        try:
            _send(answers, *answer(facts["source"], data))
        except FormatError as error:
            _send(answers, {"error": str(error)}, b"")


def _send(stream: IO[bytes], facts: dict[str, Any], data: bytes) -> None:
    stream.write(json.dumps(facts | {"bytes": len(data)}).encode() + b"\n")
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise EOFError
    facts = json.loads(line)
    data = stream.read(facts["bytes"])
    if len(data) < facts["bytes"]:
        raise EOFError
    return facts, data


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
