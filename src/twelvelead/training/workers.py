"""Several processes on this machine for one training: started, watched, ended together.

torchrun and SLURM do the same for several machines; this is for `twelvelead train --devices N` without them.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twelvelead.config import TrainOptions
from twelvelead.processes import WORDS, WORKER, is_one_of_several, told_file
from twelvelead.progress import say
from twelvelead.training.engine import started_outside

__all__ = ["needs_workers", "train_in_workers"]

LOOK_EVERY_S = 0.1
END_WITHIN_S = 5.0
"""Time between asking a process to end and ending it."""

Worker = subprocess.Popen[bytes]


def needs_workers(options: TrainOptions) -> bool:
    """Whether these options ask for processes that nobody else has started."""
    return options.devices > 1 and options.nodes == 1 and not (started_outside() or is_one_of_several())


def train_in_workers(count: int, run: Path) -> int:
    """Run this very command line in `count` processes, and return the exit code of all of them.

    If one fails or is killed, the others are ended. Ctrl-C is handed on to all of them; they end by themselves.

    Args:
        count: processes.
        run: the run folder, to say what of the training is saved.
    """
    port = str(_free_port())
    told = told_file(os.getpid(), port)
    workers = _start(count, port)
    try:
        with _interrupts_handed_to(workers):
            rank, code = _wait(workers)
    finally:
        _end(workers)
        was_told = told.exists()
        told.unlink(missing_ok=True)
    if code < 0 and not was_told:
        from twelvelead.training.how_far import how_far

        reason = f"process {rank} of {count} (PID {workers[rank].pid}) was killed by {_signal_name(-code)}"
        say(f"twelvelead: {reason}; {how_far(run)}.")
    return code if code >= 0 else 1


def _start(count: int, port: str) -> list[Worker]:
    shared = {**os.environ, WORKER: "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "NODE_RANK": "0"}
    command = [sys.executable, "-m", "twelvelead.cli", *WORDS.get()]
    return [
        # In groups of their own: Ctrl-C in a terminal would come to them a second time.
        subprocess.Popen(command, env={**shared, "LOCAL_RANK": str(rank)}, process_group=0)
        for rank in range(count)
    ]


def _wait(workers: list[Worker]) -> tuple[int, int]:
    """Rank and exit code of the process that failed, one that was killed before any other; (0, 0) if all went well."""
    while True:
        codes = [worker.poll() for worker in workers]
        failed = [(rank, code) for rank, code in enumerate(codes) if code]
        by_hand = any(code == 130 for _, code in failed)
        if (failed and not by_hand) or None not in codes:
            return min(failed, key=lambda rank_and_code: rank_and_code[1] >= 0, default=(0, 0))
        time.sleep(LOOK_EVERY_S)


def _end(workers: list[Worker]) -> None:
    for worker in workers:
        worker.terminate()
    deadline = time.monotonic() + END_WITHIN_S
    for worker in workers:
        try:
            worker.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


@contextmanager
def _interrupts_handed_to(workers: list[Worker]) -> Iterator[None]:
    """Ctrl-C, or SIGINT to the parent alone, is the workers' to answer; SIGTERM ends all."""

    def hand_on(*_: object) -> None:
        for worker in workers if os.name == "posix" else ():  # elsewhere the terminal tells all of them
            worker.send_signal(signal.SIGINT)

    def end(*_: object) -> None:
        _end(workers)

    before = signal.signal(signal.SIGINT, hand_on), signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])


def _signal_name(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"{name} (lack of memory does that)" if name == "SIGKILL" else name


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
