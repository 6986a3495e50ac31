"""The part of reading HDF5 that runs in a process of its own: a file's bytes in, the ECG's array and its facts out.

The library parses the file's structure, and damaged files can make it loop for ever; the samples are unpacked here,
chunk by chunk, each to its stated size and not a byte further. Links to other files, external and virtual data are not
followed. `hdf5.py` starts this module; requests and answers are those of `other_process.py`.
"""

import io
import math
import warnings
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.arrays import Named, pick_signal, sort_named
from twelvelead.formats.contract import library
from twelvelead.formats.limits import MOST_VALUES
from twelvelead.formats.other_process import serve

__all__ = ["answer"]

MOST_OBJECTS = 1000
"""Groups and data sets that are looked at."""

DEEPEST = 8
LARGEST_SMALL = 65_536
"""Bytes of an attribute, or of a data set of text, that is read for rate, leads and unit."""

LARGEST_CHUNK = 2**28
"""Bytes; h5py chooses chunks of up to 1 MiB."""

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
"""Filters of the library itself (HDF5 File Format Specification 3.0, IV.A.2.l)."""


def answer(source: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """Facts about the ECG in an HDF5 file, and its array.

    Args:
        source: what to call the file in an error.
        data: the file.

    Returns:
        Type and shape of the array, whether it is the only one, its name, rate, leads and units; the array's bytes.

    Raises:
        FormatError: h5py is not installed, the file is damaged, or holds no array that could be an ECG.
    """
    h5py = library("h5py", "HDF5")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with h5py.File(io.BytesIO(data), "r") as file:
                named = _collect(h5py, file, source)
    except FormatError:
        raise
    except Exception as error:  # h5py lets through whatever the library meets
        raise FormatError(f"{source}: the HDF5 file is damaged.") from error
    signal = np.ascontiguousarray(pick_signal(named, source))
    facts = {
        "dtype": signal.dtype.str,
        "shape": signal.shape,
        "names": list(named.arrays),
        "rate_hz": named.rate_hz,
        "leads": named.leads,
        "units": named.units,
    }
    return facts, signal.tobytes()


def _collect(h5py: Any, file: Any, source: str) -> Named:
    named = Named()
    left = MOST_VALUES
    for path, item in _walk(h5py, file, "", set()):
        if isinstance(item, h5py.Dataset):
            left -= item.size or 0
            if left < 0:
                raise FormatError(f"{source}: its data sets, up to {path!r}, have more than {MOST_VALUES:,} values.")
            value = _dataset(h5py, item, path, source)
            if value is not None:
                named = sort_named({path: value}, source, named)
        named = sort_named(dict(_attributes(item)), source, named)
    return named


def _walk(h5py: Any, group: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """A group, then what it holds by hard links; each object once, however many links lead to it."""
    yield path, group
    for name in group:
        if name.startswith("#") or not isinstance(group.get(name, getlink=True), h5py.HardLink):
            continue  # Matlab keeps what its cells hold in #refs#
        item = group[name]
        address = h5py.h5o.get_info(item.id).addr
        if address in seen or len(seen) >= MOST_OBJECTS:
            continue
        seen.add(address)
        below = f"{path}/{name}".strip("/")
        if isinstance(item, h5py.Dataset):
            yield below, item
        elif isinstance(item, h5py.Group) and below.count("/") < DEEPEST:
            yield from _walk(h5py, item, below, seen)


def _attributes(item: Any) -> Iterator[tuple[str, Any]]:
    for name in item.attrs:
        stored = item.attrs.get_id(name)
        if stored.get_storage_size() <= LARGEST_SMALL and math.prod(stored.shape or (1,)) <= LARGEST_SMALL:
            yield name, _plain(item.attrs[name], stored)


def _plain(value: Any, stored: Any) -> Any:
    """Matlab stores text as 16-bit numbers and says so."""
    return value.tolist() if isinstance(value, np.ndarray) and value.dtype.kind in "OSU" else value


def _dataset(h5py: Any, item: Any, path: str, source: str) -> Any:
    """Numbers of an array, a short text, or None for what is neither, or too large."""
    if item.shape is None:
        return None
    if item.is_virtual or item.external:
        raise FormatError(f"{source}: data set {path!r} has its samples in another file, which is not looked at.")
    if item.dtype.kind not in "iuf":
        small = h5py.check_string_dtype(item.dtype) and item.size <= LARGEST_SMALL // 16
        return np.asarray(item.asstr()[()], dtype=object).reshape(-1).tolist() if small else None
    if not item.size:
        return None
    if item.attrs.get("MATLAB_class") in (b"char", "char"):
        return "".join(chr(min(int(code), 0xD7FF)) for code in _samples(item, path, source).reshape(-1)[:10_000])
    return _samples(item, path, source)


def _samples(item: Any, path: str, source: str) -> NDArray[Any]:
    if item.chunks is None:
        if item.id.get_storage_size() < item.size * item.dtype.itemsize:
            raise FormatError(f"{source}: data set {path!r} claims {item.size} values and stores fewer.")
        values: NDArray[Any] = item[()]
        return values
    return _from_chunks(item, path, source)


def _from_chunks(item: Any, path: str, source: str) -> NDArray[Any]:
    """Unpack by our own hand: the library would let a small chunk grow without bound."""
    filters = _filters(item, path, source)
    size = math.prod(item.chunks) * item.dtype.itemsize
    if size > LARGEST_CHUNK:
        raise FormatError(
            f"{source}: data set {path!r} has chunks of {size:,} bytes; at most {LARGEST_CHUNK:,} are read."
        )
    stored = item.id.get_num_chunks()
    if stored * math.prod(item.chunks) > 4 * MOST_VALUES:
        raise FormatError(f"{source}: the chunks of data set {path!r} have more than {4 * MOST_VALUES:,} values.")
    if stored < math.prod(-(-n // c) for n, c in zip(item.shape, item.chunks)):
        raise FormatError(f"{source}: data set {path!r} lacks chunks of its {item.size} values.")
    values = np.empty(item.shape, item.dtype)
    for index in range(stored):
        offset = item.id.get_chunk_info(index).chunk_offset
        mask, raw = item.id.read_direct_chunk(offset)
        chunk = np.frombuffer(_unpack(raw, filters, mask, size, item.dtype.itemsize, source), item.dtype)
        place = tuple(slice(start, start + length) for start, length in zip(offset, item.chunks))
        part = values[place]
        part[...] = chunk.reshape(item.chunks)[tuple(slice(0, n) for n in part.shape)]
    return values


def _filters(item: Any, path: str, source: str) -> list[int]:
    made = item.id.get_create_plist()
    filters = [made.get_filter(i)[0] for i in range(made.get_nfilters())]
    if other := set(filters) - {DEFLATE, SHUFFLE, FLETCHER32}:
        raise FormatError(
            f"{source}: data set {path!r} is packed by filter {min(other)}; known are gzip, shuffle and fletcher32, "
            "save it again with one of these."
        )
    return filters


def _unpack(raw: bytes, filters: list[int], mask: int, size: int, itemsize: int, source: str) -> bytes:
    """Undo the filters in reverse order; a bit of `mask` says that its filter was left out."""
    for position, filter_ in reversed(list(enumerate(filters))):
        if mask >> position & 1:
            continue
        if filter_ == FLETCHER32:
            raw = raw[:-4]
        elif filter_ == DEFLATE:
            raw = zlib.decompressobj().decompress(raw, size + 4)
        elif filter_ == SHUFFLE and len(raw) % itemsize == 0:
            raw = np.frombuffer(raw, np.uint8).reshape(itemsize, -1).T.tobytes()
    if len(raw) != size:
        raise FormatError(f"{source}: a chunk holds {len(raw)} bytes where {size} belong.")
    return raw


if __name__ == "__main__":
    serve(answer)
