"""Freed memory is kept: seen by the pages that the system must clear, in processes of their own."""

import platform
import subprocess
import sys

import pytest

from twelvelead.models import kept_memory

PAGES = """
import ctypes, resource, sys
from twelvelead.models.kept_memory import keep_freed_memory

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
SIZE = 20 * 2**20

def step():
    blocks = [libc.malloc(SIZE) for _ in range(6)]
    for block in blocks:
        ctypes.memset(block, 1, SIZE)
    for block in blocks:
        libc.free(block)

if sys.argv[1] == "kept":
    assert keep_freed_memory()
step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages(how: str) -> int:
    """Pages that three steps of six blocks of 20 MiB cost after a first one."""
    return int(subprocess.check_output([sys.executable, "-c", PAGES, how], text=True))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="is about glibc's allocator")
def test_a_freed_block_is_used_again() -> None:
    given_back = pages("given back")
    assert given_back > 3 * 120 / 2  # at the most 2 MiB a page
    assert pages("kept") < given_back / 4


def test_another_system_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not kept_memory.keep_freed_memory()


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(kept_memory.ctypes, "CDLL", lambda _: object())
    assert not kept_memory.keep_freed_memory()
