"""Matlab's `.mat`: versions 4, 5 to 7.2 (read here), and 7.3 (which is HDF5).

Numeric arrays, text, cells and structs, such as CPSC 2018's `ECG.data`; no objects, no functions, no sparse arrays.
Layout: MathWorks, "MAT-File Format" (R2019b), chapters 1 (version 5) and 2 (version 4).
"""

from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.formats.arrays import Named, pick_signal, recording_from_array, sort_named
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.matlab_v4 import looks_like_v4, read_v4
from twelvelead.formats.matlab_v5 import read_v5
from twelvelead.formats.recording import Recording
from twelvelead.leads import LEADS

__all__ = ["FORMAT", "read_matlab"]

CPSC_FIELDS = {"sex", "age", "data"}
CPSC_RATE_HZ = 500.0
"""The China Physiological Signal Challenge 2018, "Data": 500 Hz, leads I, II, III, aVR, aVL, aVF, V1-V6, mV."""

V5 = b"MATLAB 5.0"
V73 = b"MATLAB 7.3"


def read_matlab(source: Source, hints: Hints) -> Recording:
    """Read a Matlab file.

    Raises:
        FormatError: it is damaged, holds no array of numbers that could be an ECG, or lacks what `hints` does not give.
    """
    data = source.content()
    if data.startswith(V73):
        from twelvelead.formats.hdf5 import read_hdf5

        return read_hdf5(source, hints)
    values = read_v4(data, source.name) if looks_like_v4(data) else read_v5(data, source.name)
    notes: list[str] = []
    named = _collect(values, source.name)
    signal = pick_signal(named, source.name)
    if _is_cpsc(values, signal):
        named.rate_hz = named.rate_hz or hints.rate_hz or CPSC_RATE_HZ
        named.leads = named.leads or hints.leads or LEADS
        named.units = named.units or (hints.unit or "mV",)
        notes.append("taken as CPSC 2018: 500 Hz, mV, leads I to V6 in the standard order")
    return recording_from_array(signal, named, hints, source.name, notes)


def _collect(values: dict[str, Any], source: str) -> Named:
    """Variables first, then the fields of structs, so that what stands at the top counts."""
    named = sort_named(_plain(values), source)
    for name, value in values.items():
        if isinstance(value, dict):
            fields = {f"{name}/{field}": item for field, item in _plain(value).items()}
            named = sort_named(fields, source, named)
    return named


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not isinstance(value, dict)}


def _is_cpsc(values: dict[str, Any], signal: np.ndarray[Any, Any]) -> bool:
    structs = [value for value in values.values() if isinstance(value, dict)]
    return len(structs) == 1 and structs[0].keys() == CPSC_FIELDS and signal.shape[0] == len(LEADS)


def _sniff(head: bytes, path: Path | None) -> bool:
    return head.startswith((V5, V73)) or looks_like_v4(head)


FORMAT = Format(
    name="Matlab",
    suffixes=(".mat",),
    sniff=_sniff,
    read=read_matlab,
    description="versions 4 to 7.3 (this one by h5py): an array, alone or in a struct such as CPSC 2018's ECG.data",
    hints=("--rate", "--leads", "--unit"),
)
