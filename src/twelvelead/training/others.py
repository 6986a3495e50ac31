"""What a process of a training does when the others, or what started them, are gone; and when it is told to end."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import torch
from lightning_fabric import Fabric

from twelvelead.errors import TwelveleadError
from twelvelead.processes import is_worker

__all__ = ["LostProcess", "check_parent", "end_on_sigterm", "is_about_others", "noticing_lost_processes"]

_PARENT = os.getppid()

PARENT_ACTS_WITHIN_S = 20.0
"""What started the processes sees a dead one at once, knows why, and ends the others."""

TORCHRUN_ACTS_WITHIN_S = 3.0
"""It looks ten times a second."""

_SIGNS = ("gloo", "nccl", "connection", "socket", "tcpstore", "timed out", "timeout")
"""Words of PyTorch's errors about other processes."""


class LostProcess(TwelveleadError):
    """Another process of this training has ended too early."""


@contextmanager
def noticing_lost_processes(fabric: Fabric) -> Iterator[None]:
    """Raise `LostProcess` where PyTorch says that another process cannot be reached."""
    try:
        yield
    except RuntimeError as error:
        if fabric.world_size == 1 or not is_about_others(error):
            raise
        # A Ctrl-C that ended the other one comes here too, and explains more; so does torchrun's SIGTERM.
        time.sleep(PARENT_ACTS_WITHIN_S if is_worker() else TORCHRUN_ACTS_WITHIN_S if _of_torchrun() else 0.1)
        raise LostProcess("another process of this training has ended, or cannot be reached") from error


def check_parent() -> None:
    """Raise `LostProcess` if what started this process beside others is gone: it would have ended them together."""
    if (is_worker() or _of_torchrun()) and os.getppid() != _PARENT:
        raise LostProcess("the process that started this training's processes has ended")


def _of_torchrun() -> bool:
    return "TORCHELASTIC_RUN_ID" in os.environ


@contextmanager
def end_on_sigterm() -> Iterator[None]:
    """Take SIGTERM, which SLURM and torchrun send before they end a process, for Ctrl-C: what was learnt is kept."""
    if threading.current_thread() is not threading.main_thread() or is_worker():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def is_about_others(error: RuntimeError) -> bool:
    """Whether PyTorch says by this that another process cannot be reached."""
    if isinstance(error, getattr(torch.distributed, "DistError", ())):
        return True
    return any(sign in str(error).lower() for sign in _SIGNS)
