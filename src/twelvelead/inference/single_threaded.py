"""Threads that compute on a CPU with a single OpenMP thread each.

An LSTM's many small steps then never wait for another thread, which on a busy machine can cost many times the work
itself.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch

__all__ = ["single_threaded"]


@contextmanager
def single_threaded(workers: int = 1) -> Iterator[ThreadPoolExecutor]:
    """A pool of such threads; PyTorch's number of threads is afterwards what it was before."""
    threads = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        # A worker's setting is also the default of threads that PyTorch starts later.
        torch.set_num_threads(threads)
