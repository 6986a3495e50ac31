"""A worker process from outside: lines of JSON to it and from it, and its end."""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twelvelead.errors import TwelveleadError

__all__ = ["LocalProcess"]


class LocalProcess:
    """Starts the process.

    Args:
        command: of the worker.
        log: descriptor of the file for what it prints on stderr.
    """

    def __init__(self, command: Sequence[str], log: int) -> None:
        package = str(Path(__file__).resolve().parents[3])
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # Ctrl-C is for the main process, which ends this one
        )
        self.heard = time.monotonic()

    def ask(self, line: str) -> None:
        """Send a line; that the process has ended is noticed by `hear`."""
        assert self._process.stdin
        self.heard = time.monotonic()
        with contextlib.suppress(OSError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def hear(self) -> dict[str, Any] | None:
        """The next answer; None if the process has ended.

        Raises:
            TwelveleadError: the process says so.
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        self.heard = time.monotonic()
        if not line.endswith("\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise TwelveleadError(answer["error"])
        return answer

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()

    def close(self) -> int:
        """Let the process end, and give its exit code."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
