"""Whether the disk has room for what is to come, asked before it is fetched."""

import shutil
from collections.abc import Collection
from pathlib import Path

from twelvelead.errors import DataError

__all__ = ["free_bytes", "require_space"]

BLOCK_BYTES = 4096
"""What a disk gives a file is a multiple of this; for 21,799 headers of 600 bytes it makes a difference."""

SPARE_BYTES = 50 * 10**6


def free_bytes(folder: Path) -> int:
    """What this user may still write to the disk of an existing folder."""
    return shutil.disk_usage(folder).free


def require_space(folder: Path, sizes: Collection[int], free: int) -> None:
    """See that files fit.

    Args:
        folder: named in the error.
        sizes: bytes of each file to come.
        free: bytes that may be written.

    Raises:
        DataError: they do not fit.
    """
    need = sum(-(-size // BLOCK_BYTES) * BLOCK_BYTES for size in sizes)
    if sizes and need + SPARE_BYTES > free:
        raise DataError(
            f"the disk of {folder} has {free / 1e6:,.0f} MB free, but {need / 1e6:,.0f} MB are still to come "
            f"(and {SPARE_BYTES / 1e6:,.0f} to spare); make room, choose another folder, or one --rate only."
        )
