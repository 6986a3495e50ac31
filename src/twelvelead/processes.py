"""Which process of a distributed training this is, and which of them tells why all of them end."""

import os
import tempfile
import time
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path

__all__ = ["WORDS", "WORKER", "first_to_tell", "is_main_process", "is_one_of_several", "is_worker", "told_file"]

WORDS: ContextVar[tuple[str, ...]] = ContextVar("WORDS")
"""The command line that is being carried out, without the program's name, for processes that are to do the same."""

_STARTED = time.time()

_RANKS = ("RANK", "LOCAL_RANK", "SLURM_PROCID")
"""Set by torchrun, Lightning and SLURM for each process that they start."""

WORKER = "TWELVELEAD_WORKER"
"""Set for the processes of `twelvelead train --devices`, whose parent tells of one that was killed."""


def is_main_process() -> bool:
    """Whether this process is the first of a distributed training, or the only one."""
    return all(os.environ.get(name, "0") == "0" for name in _RANKS)


def is_one_of_several() -> bool:
    """Whether this process may be one of a distributed training."""
    return any(name in os.environ for name in _RANKS)


def is_worker() -> bool:
    """Whether `twelvelead train --devices` started this process."""
    return WORKER in os.environ


def first_to_tell() -> bool:
    """Whether no process that was started beside this one has told yet why it ends. The next one that asks is late."""
    if not is_one_of_several():
        return True
    told = told_file(os.getppid(), os.environ.get("MASTER_PORT", ""))
    try:
        _forget_earlier(told)
        os.close(os.open(told, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    except OSError:
        return is_main_process()
    return True


def _forget_earlier(told: Path) -> None:
    # A job's script has SLURM's rank too: what told before this process began is an earlier command of the same shell.
    with suppress(FileNotFoundError):
        if told.stat().st_mtime < _STARTED:
            told.unlink()


def told_file(parent: int, port: str) -> Path:
    """The file that is there once a process has told; of the processes that `parent` started."""
    return Path(tempfile.gettempdir()) / f"twelvelead-told-{parent}-{port}"
