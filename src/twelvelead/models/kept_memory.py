"""Memory that a network's step frees is kept for the next step, instead of going back to the system.

glibc gives large blocks, and a large free end of its heap, back as soon as they are free. A step of training takes and
frees many such blocks, so the system would clear the same pages anew in every step.
"""

import ctypes
import sys

__all__ = ["LARGEST_BY_ITSELF", "MMAP_THRESHOLD", "TRIM_THRESHOLD", "keep_freed_memory"]

TRIM_THRESHOLD = -1
"""`M_TRIM_THRESHOLD` of glibc's malloc.h: so many free bytes at the heap's end go back to the system."""
MMAP_THRESHOLD = -3
"""`M_MMAP_THRESHOLD` of glibc's malloc.h: blocks of so many bytes are maps of their own, which go back when freed."""

LARGEST_KEPT = 2**30
"""Bytes; a larger block still goes back at once."""

LARGEST_BY_ITSELF = 2**25
"""Bytes; how far glibc raises the threshold without being told, and the most that older versions let it be."""


def keep_freed_memory() -> bool:
    """Keep freed blocks of up to `LARGEST_KEPT` bytes, in this whole process, from now on.

    The process then keeps at least the most that it had at once. Numbers do not change.

    Returns:
        Whether there is glibc's `mallopt` and it took this; an allocator loaded before glibc's goes on as it did.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    told = any(mallopt(MMAP_THRESHOLD, size) for size in (LARGEST_KEPT, LARGEST_BY_ITSELF))
    return told and bool(mallopt(TRIM_THRESHOLD, 2 * LARGEST_KEPT - 1))
