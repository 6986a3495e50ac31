"""HDF5 (also Matlab 7.3): a two-dimensional data set, with rate, leads and unit as attributes or beside it.

The file is parsed in a process of its own (`hdf5_inside.py`), because a damaged one can make the library hang.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.arrays import Named, recording_from_array
from twelvelead.formats.contract import Format, Hints, Source, library
from twelvelead.formats.limits import MOST_VALUES
from twelvelead.formats.other_process import OtherProcess
from twelvelead.formats.recording import Recording
from twelvelead.leads import LEADS

__all__ = ["FORMAT", "read_hdf5"]

SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""At byte 0, or after a user block of 512 bytes, as in Matlab 7.3 (HDF5 File Format Specification 3.0, II.A)."""

SPH_RATE_HZ = 500.0
"""The Shandong Provincial Hospital database: `ecg`, 12 leads x time, float16, mV, 500 Hz, and not one attribute
(Liu et al., Scientific Data 9:272, 2022)."""

_PROCESS = OtherProcess("twelvelead.formats.hdf5_inside")


def read_hdf5(source: Source, hints: Hints) -> Recording:
    """Read an HDF5 file.

    Raises:
        FormatError: h5py is not installed, the file is damaged, or lacks what `hints` does not give.
    """
    library("h5py", "HDF5")
    facts, content = _PROCESS.ask(source.name, source.content())
    signal = _signal(facts, content, source.name)
    named = Named(
        {}, facts["rate_hz"], facts["leads"] and tuple(facts["leads"]), facts["units"] and tuple(facts["units"])
    )
    notes: list[str] = []
    if _is_sph(named, facts["names"], signal):
        named = Named({}, hints.rate_hz or SPH_RATE_HZ, hints.leads or LEADS, (hints.unit or "mV",))
        notes.append("taken as the SPH database's layout: 500 Hz, mV, leads I to V6 in the standard order")
    return recording_from_array(signal, named, hints, source.name, notes)


def _signal(facts: dict[str, Any], content: bytes, source: str) -> NDArray[Any]:
    """The array, held against what is said of it: whoever controls the other process must not control this one."""
    damaged = FormatError(f"{source}: the HDF5 file is damaged.")
    try:
        dtype, shape = np.dtype(facts["dtype"]), tuple(facts["shape"])
        size = math.prod(shape)
        if dtype.kind not in "iuf" or size > MOST_VALUES or size * dtype.itemsize != len(content):
            raise damaged
        return np.frombuffer(content, dtype).reshape(shape)
    except (KeyError, TypeError, ValueError):
        raise damaged from None


def _is_sph(named: Named, names: list[str], signal: NDArray[Any]) -> bool:
    says_nothing = named.rate_hz is None and named.leads is None and named.units is None
    return says_nothing and names == ["ecg"] and signal.dtype == np.float16 and signal.shape[0] == len(LEADS)


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
