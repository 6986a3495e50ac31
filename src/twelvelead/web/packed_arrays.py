"""Named arrays as facts and bytes, to and from the processes that parse and draw."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError

__all__ = ["pack", "unpack"]

TYPES = ("<f4", "<i4")


def pack(arrays: Mapping[str, NDArray[Any]]) -> tuple[list[dict[str, Any]], bytes]:
    """Name, type and shape of each, and all their bytes in this order."""
    facts = [{"name": name, "dtype": array.dtype.str, "shape": array.shape} for name, array in arrays.items()]
    return facts, b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())


def unpack(facts: Any, content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays again, held against what is said of them: whoever controls the other process must not control this.

    Raises:
        FormatError: the facts do not fit the bytes.
    """
    found: dict[str, NDArray[Any]] = {}
    place = 0
    try:
        for fact in facts:
            dtype, shape = str(fact["dtype"]), tuple(int(size) for size in fact["shape"])
            if dtype not in TYPES or min(shape, default=-1) < 0:
                raise ValueError
            count = math.prod(shape)
            values = np.frombuffer(content, dtype, count, place)
            found[str(fact["name"])] = values.reshape(shape).copy()  # one that may be written to, as PyTorch asks for
            place += count * np.dtype(dtype).itemsize
    except (LookupError, TypeError, ValueError, OverflowError):
        raise FormatError("the upload: the file is damaged: it makes its reader answer nonsense.") from None
    return found
