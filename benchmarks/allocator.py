"""glibc's allocator as a plain script has it, where `twelvelead` has told it to keep what is freed."""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
LARGEST = 2**25


def as_in_a_plain_script() -> None:
    """Set the thresholds to the largest that glibc comes to by itself: those after a block of 32 MiB was freed."""
    if sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "mallopt"):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGEST)
        ctypes.CDLL(None).mallopt(_TRIM_THRESHOLD, 2 * LARGEST)
