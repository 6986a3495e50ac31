"""A chunk of WFDB records in, int16 units and a verdict for each record out.

Each record's bytes are read once, straight into the chunk. Records with a plain header (`header.py`) are checked
together, vectorised; the others go one by one through `twelvelead.formats.wfdb`.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.metadata import check_record_path
from twelvelead.data.store.header import PlainHeader, match_plain_header
from twelvelead.errors import TwelveleadError
from twelvelead.formats.wfdb import LONGEST_HEADER, read_wfdb
from twelvelead.leads import LEADS, UNITS_PER_MV, lead_order

__all__ = ["DURATION_S", "KEPT", "LEFT_OUT", "OK", "Verdict", "read_chunk"]

DURATION_S = 10
"""Every PTB-XL record lasts 10 s."""

OK, KEPT, LEFT_OUT = "ok", "kept", "left out"
"""A record is stored and fine, stored with a remark, or not stored."""

INVALID = -32768
"""Format 16's mark for "no valid sample" (WFDB header(5))."""


@dataclass(frozen=True)
class Verdict:
    """What became of one record."""

    status: str
    """`OK`, `KEPT` or `LEFT_OUT`."""
    reason: str = ""
    """Empty for `OK`; otherwise what was found, for a person."""
    data_file: str = ""
    """Name of the signal file, as the header gives it; empty where there are several."""
    stamp: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Size and modification time (ns) of header and signal file: a later run reads again only what changed."""


def read_chunk(data_dir: Path, names: Sequence[object], rate_hz: int) -> tuple[NDArray[np.int16], list[Verdict]]:
    """Read the records `names` (paths below `data_dir`, without suffix).

    Returns:
        `(record, time, lead)` int16, 1,000 units per mV, leads in the order of `LEADS`, one row for each
        record, undefined where it is left out; and a verdict for each record.
    """
    signals = np.empty((len(names), rate_hz * DURATION_S, len(LEADS)), dtype="<i2")
    verdicts: list[Verdict] = []
    plain: list[tuple[int, PlainHeader]] = []
    for position, name in enumerate(names):
        verdict, header = _read_one(data_dir, name, rate_hz, signals[position])
        verdicts.append(verdict)
        if header is not None:
            plain.append((position, header))
    _check_plain(signals, plain, verdicts)
    return signals, verdicts


def _read_one(data_dir: Path, name: object, rate_hz: int, out: NDArray[np.int16]) -> tuple[Verdict, PlainHeader | None]:
    """Read one record into `out` `(time, lead)`; a plain header is returned for the checks of the chunk."""
    try:
        base = f"{data_dir}/{check_record_path(name)}"
        header_bytes, header_stamp = _read_header(base)
        header = match_plain_header(header_bytes)
        usual = header is not None and header.rate_hz == rate_hz and header.samples == len(out)
        if header is None or not usual:
            return _read_unusual(Path(base), rate_hz, out, header_stamp), None
        data_path = f"{os.path.dirname(base)}/{header.data_file}"  # noqa: PTH120
        stamp = (*header_stamp, *_read_into(data_path, out))
        return Verdict(OK, "", header.data_file, stamp), header
    except TwelveleadError as error:
        return Verdict(LEFT_OUT, str(error).removesuffix(".")), None
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        what = "file not found" if missing else (error.strerror or type(error).__name__)
        return Verdict(LEFT_OUT, f"{what}: {Path(str(error.filename or name)).name}"), None


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


def _check_plain(signals: NDArray[np.int16], plain: list[tuple[int, PlainHeader]], verdicts: list[Verdict]) -> None:
    """Checksum, first sample, invalid and flat leads of the chunk's plain records; reorder leads."""
    if not plain:
        return
    rows = np.array([position for position, _ in plain])
    block = signals if len(rows) == len(signals) else signals[rows]
    # Sums of unsigned 16-bit numbers wrap around just as the checksum does.
    wrong_sum = _over_time(np.add, block.view(np.uint16)) != [h.checksum for _, h in plain]
    wrong_start = block[:, 0] != [h.initial for _, h in plain]
    lowest, highest = _over_time(np.minimum, block), _over_time(np.maximum, block)
    suspect = (wrong_sum | wrong_start | (lowest == INVALID) | (lowest == highest)).any(axis=1)
    for i in np.flatnonzero(suspect):
        position, header = plain[i]
        order = header.order or slice(None)
        for what, wrong in (("checksum", wrong_sum[i]), ("first sample", wrong_start[i])):
            if wrong.any():
                reason = f"{what} of lead {_leads(wrong[order])} differs from the header's"
                verdicts[position] = replace(verdicts[position], status=LEFT_OUT, reason=reason)
                break
        else:
            invalid, flat = lowest[i] == INVALID, lowest[i] == highest[i]
            verdicts[position] = _judge_samples(verdicts[position], invalid[order], flat[order])
    for position, header in plain:
        if header.order is not None:
            signals[position] = signals[position][:, header.order]


def _over_time(function: np.ufunc, block: NDArray[Any]) -> NDArray[Any]:
    """`function.reduce` over the time axis of `(record, time, lead)`.

    In two steps, because rows of twelve numbers are too short for the processor to add side by side.
    """
    records, samples, leads = block.shape
    inner = math.gcd(samples, 20)
    wide = function.reduce(block.reshape(records, samples // inner, inner * leads), axis=1, dtype=block.dtype)
    return np.asarray(function.reduce(wide.reshape(records, inner, leads), axis=1, dtype=block.dtype))


def _judge_samples(verdict: Verdict, invalid: NDArray[np.bool_], flat: NDArray[np.bool_]) -> Verdict:
    """The documented rule: invalid samples or twelve flat leads: left out; some flat leads: kept, said."""
    if invalid.any():
        return replace(verdict, status=LEFT_OUT, reason=f"invalid samples (NaN) in {_leads(invalid)}")
    if flat.all():
        return replace(verdict, status=LEFT_OUT, reason="all leads are flat")
    if flat.any():
        return replace(verdict, status=KEPT, reason=f"flat lead {_leads(flat)}")
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
