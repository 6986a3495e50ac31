"""HDF5 (also Matlab 7.3): a two-dimensional data set, with rate, leads and unit as attributes or beside it.

The library parses the file's structure; the samples are unpacked here, chunk by chunk, each to its stated size and
not a byte further. Links to other files, external and virtual data are not followed.
"""

import io
import math
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.arrays import Named, pick_signal, recording_from_array, sort_named
from twelvelead.formats.contract import Format, Hints, Source, library
from twelvelead.formats.limits import MOST_VALUES
from twelvelead.formats.recording import Recording
from twelvelead.leads import LEADS

__all__ = ["FORMAT", "read_hdf5"]

SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""At byte 0, or after a user block of 512 bytes, as in Matlab 7.3 (HDF5 File Format Specification 3.0, II.A)."""

SPH_RATE_HZ = 500.0
"""The Shandong Provincial Hospital database: `ecg`, 12 leads x time, float16, mV, 500 Hz, and not one attribute
(Liu et al., Scientific Data 9:272, 2022)."""

MOST_OBJECTS = 1000
"""Groups and data sets that are looked at."""

DEEPEST = 8
LARGEST_SMALL = 65_536
"""Bytes of an attribute, or of a data set of text, that is read for rate, leads and unit."""

LARGEST_CHUNK = 2**28
"""Bytes; h5py chooses chunks of up to 1 MiB."""

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
"""Filters of the library itself (HDF5 File Format Specification, IV.A.2.l)."""


def read_hdf5(source: Source, hints: Hints) -> Recording:
    """Read an HDF5 file.

    Raises:
        FormatError: h5py is not installed, the file is damaged, or lacks what `hints` does not give.
    """
    h5py = library("h5py", "HDF5")
    data = source.content()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with h5py.File(io.BytesIO(data), "r") as file:
                named = _collect(h5py, file, source.name)
    except FormatError:
        raise
    except Exception as error:  # h5py lets through whatever the library meets
        raise FormatError(f"{source.name}: the HDF5 file is damaged.") from error
    signal = pick_signal(named, source.name)
    notes: list[str] = []
    if _is_sph(named, signal):
        named = Named(named.arrays, hints.rate_hz or SPH_RATE_HZ, hints.leads or LEADS, (hints.unit or "mV",))
        notes.append("taken as the SPH database's layout: 500 Hz, mV, leads I to V6 in the standard order")
    return recording_from_array(signal, named, hints, source.name, notes)


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


def _is_sph(named: Named, signal: NDArray[Any]) -> bool:
    says_nothing = named.rate_hz is None and named.leads is None and named.units is None
    only = list(named.arrays) == ["ecg"] and signal.dtype == np.float16
    return says_nothing and only and signal.shape[0] == len(LEADS)


def _sniff(head: bytes, path: Path | None) -> bool:
    return head.startswith(SIGNATURE) or (head[512:520] == SIGNATURE and not head.startswith(b"MATLAB"))


FORMAT = Format(
    name="HDF5",
    suffixes=(".h5", ".hdf5", ".hdf"),
    sniff=_sniff,
    read=read_hdf5,
    description="a data set (time, lead) or (lead, time); rate, leads, unit as attributes; the SPH database as it is",
    hints=("--rate", "--leads", "--unit"),
    libraries=("h5py",),
)
