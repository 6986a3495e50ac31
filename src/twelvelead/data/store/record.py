"""One WFDB record in, int16 units and a verdict out, whatever its shape; told for a person where something is wrong.

Records with a plain header (`header.py`) are read as they are; the others go through `twelvelead.formats.wfdb`.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.metadata import check_record_path
from twelvelead.data.store.header import PlainHeader, match_plain_header
from twelvelead.errors import TwelveleadError
from twelvelead.formats.wfdb import LONGEST_HEADER, read_wfdb
from twelvelead.leads import LEADS, UNITS_PER_MV, lead_order

__all__ = ["INVALID", "KEPT", "LEFT_OUT", "OK", "Verdict", "read_record"]

OK, KEPT, LEFT_OUT = "ok", "kept", "left out"
"""A record is stored and fine, stored with a remark, or not stored."""

INVALID = -32768
"""Format 16's mark for "no valid sample" (WFDB header(5))."""


class Verdict(NamedTuple):
    """What became of one record."""

    status: str
    """`OK`, `KEPT` or `LEFT_OUT`."""
    reason: str = ""
    """Empty for `OK`; otherwise what was found, for a person."""
    data_file: str = ""
    """Name of the signal file, as the header gives it; empty where there are several."""
    stamp: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Size and modification time (ns) of header and signal file: a later run reads again only what changed."""


def read_record(data_dir: Path, name: object, rate_hz: int, out: NDArray[np.int16]) -> Verdict:
    """Read the record `name` (a path below `data_dir`, without suffix) into `out`.

    Args:
        out: `(time, lead)`, 1,000 units per mV, leads in the order of `LEADS`; undefined if the record is left out.
    """
    try:
        base = f"{data_dir}/{check_record_path(name)}"
        header_bytes, header_stamp = _read_header(base)
        header = match_plain_header(header_bytes)
        if header is None or header.rate_hz != rate_hz or header.samples != len(out):
            return _read_unusual(Path(base), rate_hz, out, header_stamp)
        data_path = f"{os.path.dirname(base)}/{header.data_file}"  # noqa: PTH120
        stamp = (*header_stamp, *_read_into(data_path, out))
        return _check_plain(Verdict(OK, "", header.data_file, stamp), header, out)
    except TwelveleadError as error:
        return Verdict(LEFT_OUT, str(error).removesuffix("."))
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        what = "file not found" if missing else (error.strerror or type(error).__name__)
        return Verdict(LEFT_OUT, f"{what}: {Path(str(error.filename or name)).name}")


def _read_header(base: str) -> tuple[bytes, tuple[int, int]]:
    descriptor = os.open(base + ".hea", os.O_RDONLY)
    try:
        status = os.fstat(descriptor)
        return os.read(descriptor, LONGEST_HEADER), (status.st_size, status.st_mtime_ns)
    finally:
        os.close(descriptor)


def _read_into(path: str, out: NDArray[np.int16]) -> tuple[int, int]:
    """Fill `out` from the file, which must have exactly its size; return size and modification time."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        status = os.fstat(descriptor)
        if status.st_size != out.nbytes:
            how = "truncated" if status.st_size < out.nbytes else "too long"
            name = Path(path).name
            raise TwelveleadError(f"{how}: {name} has {status.st_size} bytes, not {out.nbytes}")
        if os.readv(descriptor, [memoryview(out.data).cast("B")]) != out.nbytes:
            raise TwelveleadError(f"truncated while reading: {Path(path).name}")
        return status.st_size, status.st_mtime_ns
    finally:
        os.close(descriptor)


def _check_plain(verdict: Verdict, header: PlainHeader, out: NDArray[np.int16]) -> Verdict:
    """Checksum, first sample, invalid and flat leads; brings the leads into the order of `LEADS`."""
    if header.order is not None:
        out[:] = out[:, header.order]
    order = header.order or slice(None)
    # Sums of unsigned 16-bit numbers wrap around just as the checksum does.
    sums = np.add.reduce(out.view(np.uint16), axis=0, dtype=np.uint16)
    for what, wrong in (
        ("checksum", sums != np.array(header.checksum)[order]),
        ("first sample", out[0] != np.array(header.initial)[order]),
    ):
        if wrong.any():
            return verdict._replace(status=LEFT_OUT, reason=f"{what} of lead {_leads(wrong)} differs from the header's")
    lowest = out.min(axis=0)
    return _judge_samples(verdict, lowest == INVALID, lowest == out.max(axis=0))


def _judge_samples(verdict: Verdict, invalid: NDArray[np.bool_], flat: NDArray[np.bool_]) -> Verdict:
    """The documented rule: invalid samples or twelve flat leads: left out; some flat leads: kept, said."""
    if invalid.any():
        return verdict._replace(status=LEFT_OUT, reason=f"invalid samples (NaN) in {_leads(invalid)}")
    if flat.all():
        return verdict._replace(status=LEFT_OUT, reason="all leads are flat")
    if flat.any():
        return verdict._replace(status=KEPT, reason=f"flat lead {_leads(flat)}")
    return verdict


def _read_unusual(base: Path, rate_hz: int, out: NDArray[np.int16], header_stamp: tuple[int, int]) -> Verdict:
    recording = read_wfdb(base)
    if recording.rate_hz != rate_hz:
        raise TwelveleadError(f"sampled at {recording.rate_hz:g} Hz, not {rate_hz} Hz")
    if len(recording.signal_mv) != len(out):
        raise TwelveleadError(f"{len(recording.signal_mv)} samples, not {len(out)}")
    signal = recording.signal_mv[:, lead_order(list(recording.leads), recording.source)]
    verdict = _stamped(base, header_stamp, recording.files)
    invalid = np.logical_not(np.isfinite(signal).all(axis=0))
    if invalid.any():
        return _judge_samples(verdict, invalid, np.zeros_like(invalid))
    units = np.rint(signal.astype(np.float64) * UNITS_PER_MV)
    if np.abs(units).max() > -INVALID - 1:
        raise TwelveleadError(f"amplitude of {np.abs(signal).max():.3g} mV is beyond the store's ±32.767 mV")
    out[:] = units
    return _judge_samples(verdict, invalid, out.min(axis=0) == out.max(axis=0))


def _stamped(base: Path, header_stamp: tuple[int, int], files: Sequence[str]) -> Verdict:
    """`OK` with the stamp of the signal file; of several files none, which are always read again."""
    if len(files) != 1:
        return Verdict(OK, "", "", (*header_stamp, 0, 0))
    status = base.with_name(files[0]).stat()
    return Verdict(OK, "", files[0], (*header_stamp, status.st_size, status.st_mtime_ns))


def _leads(mask: NDArray[np.bool_]) -> str:
    return ", ".join(lead for lead, marked in zip(LEADS, mask) if marked)
