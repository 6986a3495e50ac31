"""glibc's allocator as a plain script has it, where `twelvelead` has told it to keep what is freed."""

import ctypes
import sys

from twelvelead.models.kept_memory import LARGEST_BY_ITSELF, MMAP_THRESHOLD, TRIM_THRESHOLD


def as_in_a_plain_script() -> None:
    """Set the thresholds to the largest that glibc comes to by itself: those after a block of 32 MiB was freed."""
    if sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "mallopt"):
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGEST_BY_ITSELF)
        ctypes.CDLL(None).mallopt(TRIM_THRESHOLD, 2 * LARGEST_BY_ITSELF)
