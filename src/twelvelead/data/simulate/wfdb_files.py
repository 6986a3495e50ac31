"""Writing one recording as PTB-XL has it: WFDB format 16, a `.dat` and a text header `.hea`.

Header: https://physionet.org/physiotools/wag/header-5.htm; a line a lead with gain 1000 per mV,
resolution, zero, first value, 16-bit checksum. Samples are little-endian int16, leads interleaved.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twelvelead.leads import LEADS, UNITS_PER_MV

__all__ = ["is_complete", "to_units", "write_record"]


def to_units(signal_mv: NDArray[np.float64]) -> NDArray[np.int16]:
    """(time, 12) mV to integers of 1/1000 mV.

    I, II and the chest leads are rounded; III is then exactly II - I, and aVR, aVL, aVF are within
    0.5 of -(I + II) / 2, I - II / 2 and II - I / 2, as when an electrocardiograph derives them.
    """
    units = np.rint(signal_mv * UNITS_PER_MV)
    one, two = units[:, 0], units[:, 1]
    units[:, 2] = two - one
    units[:, 3] = np.rint(-(one + two) / 2)
    units[:, 4] = np.rint(one - two / 2)
    units[:, 5] = np.rint(two - one / 2)
    return np.clip(units, -32767, 32767).astype("<i2")


def _header(name: str, units: NDArray[np.int16], rate_hz: int) -> str:
    lines = [f"{name} {len(LEADS)} {rate_hz} {len(units)}"]
    checksums = units.sum(axis=0, dtype=np.int64) % 65536
    for lead, first, checksum in zip(LEADS, units[0], checksums, strict=True):
        gain = f"{UNITS_PER_MV:.1f}(0)/mV"
        lines.append(f"{name}.dat 16 {gain} 16 0 {first} {checksum} 0 {lead.upper()}")
    return "\n".join(lines) + "\n"


def write_record(path: Path, units: NDArray[np.int16], rate_hz: int) -> None:
    """Write `path`.dat, then `path`.hea; the folder must exist.

    Args:
        path: without suffix; its name is the record's name.
        units: (time, 12) int16, leads in the order of `LEADS`.
        rate_hz: samples a second.
    """
    path.with_suffix(".dat").write_bytes(np.ascontiguousarray(units, dtype="<i2").tobytes())
    path.with_suffix(".hea").write_text(_header(path.name, units, rate_hz), encoding="ascii")


def is_complete(path: Path, samples: int) -> bool:
    """Whether both files of a record are there whole; the header is written last."""
    data, header = path.with_suffix(".dat"), path.with_suffix(".hea")
    if not (data.is_file() and header.is_file()):
        return False
    whole = data.stat().st_size == 2 * samples * len(LEADS)
    return whole and header.read_bytes().endswith(b" V6\n")
