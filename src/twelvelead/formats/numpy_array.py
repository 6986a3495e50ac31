"""NumPy's `.npy` and `.npz`: arrays only, never pickled objects; layout of NEP 1 and of zip.

An `.npz` is looked at as a zip archive is: its directory and each member are bounded before they are unpacked.
"""

import io
import math
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.arrays import pick_signal, recording_from_array, sort_named
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.limits import LARGEST_UNPACKED, MOST_VALUES
from twelvelead.formats.recording import Recording, printable

__all__ = ["FORMAT", "read_npy", "read_numpy"]

LARGEST_DIRECTORY = 2**20
"""Bytes of a zip's directory, which is parsed as a whole: some 10,000 arrays."""

END_OF_ZIP = struct.Struct("<4s4H2LH")
"""APPNOTE.TXT 4.3.16, end of central directory record: signature, 4 counts, directory's size and place, comment."""


def read_numpy(source: Source, hints: Hints) -> Recording:
    """Read an `.npy` or `.npz` file.

    Raises:
        FormatError: it is damaged, holds objects, or lacks what `hints` does not give.
    """
    data = source.content()
    if data.startswith(b"PK"):
        named = sort_named(_members(data, source.name), source.name)
    else:
        named = sort_named({"signal": read_npy(data, source.name)}, source.name)
    return recording_from_array(pick_signal(named, source.name), named, hints, source.name)


def read_npy(data: bytes, source: str) -> NDArray[Any]:
    """The array in an `.npy` file's bytes.

    Raises:
        FormatError: these are no such bytes, they hold objects, or not as many values as claimed.
    """
    stream = io.BytesIO(data)
    try:
        version = npy.read_magic(stream)
        reader = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_column, dtype = reader(stream)
    except Exception as error:  # NumPy evaluates the header as a literal: what that raises is not listed anywhere
        raise FormatError(f"{source}: its NumPy header is damaged.") from error
    if dtype.kind not in "iufbUS":
        raise FormatError(
            f"{source}: holds {printable(str(dtype))}; only arrays of numbers or text are read, no objects."
        )
    if min(shape, default=0) < 0:
        raise FormatError(f"{source}: claims the shape {shape}.")
    count = math.prod(shape)
    rest = len(data) - stream.tell()
    if count > MOST_VALUES or count * dtype.itemsize > rest:
        raise FormatError(f"{source}: claims {count} values of {dtype.itemsize} bytes, truncated at {rest} bytes.")
    array = np.frombuffer(data, dtype, count, stream.tell())
    return array.reshape(shape, order="F" if by_column else "C")


def _members(data: bytes, source: str) -> dict[str, Any]:
    _check_directory(data, source)
    left = LARGEST_UNPACKED
    arrays = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if not info.filename.endswith(".npy"):
                    continue
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
                    raise FormatError(f"{source}: {printable(info.filename)} is packed in a way that NumPy never uses.")
                with archive.open(info) as stream:
                    member = stream.read(left + 1) if info.file_size <= left else b""
                left -= max(len(member), info.file_size)
                if left < 0:
                    raise FormatError(f"{source}: unpacks to more than {LARGEST_UNPACKED:,} bytes.")
                arrays[info.filename.removesuffix(".npy")] = _plain(read_npy(member, source))
    except FormatError:
        raise
    except Exception as error:  # zipfile lets through what its parsing and zlib meet
        raise FormatError(f"{source}: the archive is damaged.") from error
    if not arrays:
        raise FormatError(f"{source}: a zip archive without NumPy arrays.")
    return arrays


def _check_directory(data: bytes, source: str) -> None:
    """Refuse a directory that would take much to parse, which `zipfile` does at once."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - END_OF_ZIP.size - 0xFFFF))
    if at < 0 or at + END_OF_ZIP.size > len(data):
        raise FormatError(f"{source}: the archive is truncated.")
    size = END_OF_ZIP.unpack_from(data, at)[5]
    if size > LARGEST_DIRECTORY:
        raise FormatError(f"{source}: the archive's directory has {size:,} bytes, too many for arrays of an ECG.")


def _plain(array: NDArray[Any]) -> Any:
    return array.tolist() if array.dtype.kind in "US" else array


def _sniff(head: bytes, path: Path | None) -> bool:
    # A member's local header: name at byte 30, its length at 26 (APPNOTE.TXT 4.3.7).
    return head.startswith(b"\x93NUMPY") or (
        head.startswith(b"PK\x03\x04") and head[30 : 30 + int.from_bytes(head[26:28], "little")].endswith(b".npy")
    )


FORMAT = Format(
    name="NumPy",
    suffixes=(".npy", ".npz"),
    sniff=_sniff,
    read=read_numpy,
    description="an array (time, lead) or (lead, time); in .npz also rate, leads and unit by usual names; no pickles",
    hints=("--rate", "--leads", "--unit"),
)
