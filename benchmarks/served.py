"""A `twelvelead serve` of one's own to measure: started, watched, ended; for serve_load.py and serve_hostile.py."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

import psutil

COMMAND = [sys.executable, "-m", "twelvelead.cli", "serve", "--port", "0"]


class Served:
    """The server process, with what it and its children hold.

    Args:
        words: further options of `twelvelead serve`.
    """

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._folder = tempfile.TemporaryDirectory(prefix="twelvelead-benchmark-")

    def __enter__(self) -> "Served":
        environment = os.environ | {"TMPDIR": self._folder.name}
        self._process = subprocess.Popen([*COMMAND, *self._words], stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout
        found = re.match(r"(http://\S+?)/? ", self._process.stdout.readline())
        if not found:
            raise SystemExit("the server did not start.")
        self.address = found[1]
        self._watched = psutil.Process(self._process.pid)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self.exit_code = self._process.wait(60)
        # PyTorch leaves an empty folder of its own.
        found = Path(self._folder.name).rglob("*")
        self.left = sum(path.is_file() or path.name.startswith("twelvelead-") for path in found)
        self._folder.cleanup()

    def state(self) -> dict[str, float]:
        """What it holds: MiB of the server and of its children, their number, zombies among them, open files."""
        children = self._watched.children(recursive=True)
        zombies = [child for child in children if _status(child) == psutil.STATUS_ZOMBIE]
        return {
            "memory of the server, MiB": self._watched.memory_info().rss / 2**20,
            "memory of its children, MiB": sum(map(_memory, children)),
            "children": len(children),
            "zombies": len(zombies),
            "open files of the server": self._watched.num_fds(),
            "threads of the server": self._watched.num_threads(),
            "files in its folder for temporary files": sum(p.is_file() for p in Path(self._folder.name).rglob("*")),
        }

    @property
    def lives(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None


def _status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return ""


def _memory(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
