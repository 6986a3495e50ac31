"""EDF, EDF+ and BDF: the channels that are ECG leads, by `edfio`.

The fixed header (edfplus.info, "EDF specification", "The header record") is checked against the file's size first.
"""

import contextlib
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Format, Hints, Source, library
from twelvelead.formats.limits import MOST_LEADS, check_rate, check_shape
from twelvelead.formats.recording import Recording, make_recording, millivolts_per_unit, printable
from twelvelead.leads import canonical_lead

__all__ = ["FORMAT", "read_edf"]

EDF = b"0       "
BDF = b"\xffBIOSEMI"
FIXED_BYTES, SIGNAL_BYTES = 256, 256
SAMPLES_AT = 216
"""Where, in bytes per signal, the number of samples per data record stands among a signal's fields."""

SAME_RATE = 1e-6


def read_edf(source: Source, hints: Hints) -> Recording:
    """Read an EDF, EDF+ or BDF file.

    Raises:
        FormatError: edfio is not installed, the file is damaged, has gaps, or no ECG lead.
    """
    edfio = library("edfio", "EDF")
    data = source.content()
    bdf = data.startswith(BDF)
    _check_header(data, 3 if bdf else 2, source.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about patient and date fields, which are not looked at
            file = edfio.read_bdf(data) if bdf else edfio.read_edf(data, lazy_load_data=False)
            return _to_recording(file, source.name)
    except FormatError:
        raise
    except Exception as error:  # edfio lets through what its parsing meets
        what = printable(str(error)).rstrip(".") or type(error).__name__
        raise FormatError(f"{source.name}: edfio cannot read it: {what}.") from error


def _check_header(data: bytes, bytes_per_sample: int, source: str) -> None:
    if not data.startswith((EDF, BDF)):
        raise FormatError(f"{source}: begins neither as EDF nor as BDF.")
    if data[192:197] in (b"EDF+D", b"BDF+D"):
        raise FormatError(
            f"{source}: a recording with gaps ({data[192:197].decode()}) is not read; export one stretch."
        )
    signals = _whole(data[252:256], "the number of signals", source)
    records = _whole(data[236:244], "the number of data records", source)
    if not 0 < signals <= MOST_LEADS:
        raise FormatError(f"{source}: {signals} channels; allowed are 1 to {MOST_LEADS}.")
    header = FIXED_BYTES + SIGNAL_BYTES * signals
    start = FIXED_BYTES + SAMPLES_AT * signals
    counts = [_whole(data[start + 8 * i : start + 8 * i + 8], "a number of samples", source) for i in range(signals)]
    if min(counts) < 0 or records < -1:
        raise FormatError(f"{source}: {records} data records of {min(counts)} samples.")
    claimed = max(records, 0) * sum(counts)
    if records == -1:
        raise FormatError(f"{source}: the recording was never closed (-1 data records).")
    if header + claimed * bytes_per_sample > len(data):
        raise FormatError(f"{source}: claims {claimed} samples, truncated at {len(data)} bytes.")
    check_shape(max(counts) * records, signals, source)


def _whole(field: bytes, what: str, source: str) -> int:
    with contextlib.suppress(ValueError):
        return int(field.decode("ascii", "replace").strip(" \0"))
    raise FormatError(f"{source}: {what} is {field!r}, no whole number.")


def _to_recording(file: Any, source: str) -> Recording:
    signals = [signal for signal in file.signals if canonical_lead(str(signal.label))]
    if not signals:
        labels = ", ".join(printable(str(signal.label)) for signal in file.signals)
        raise FormatError(f"{source}: none of its channels ({labels[:500]}) is an ECG lead.")
    rate_hz = Counter(float(signal.sampling_frequency) for signal in signals).most_common(1)[0][0]
    check_rate(rate_hz, source)
    kept = [signal for signal in signals if abs(signal.sampling_frequency - rate_hz) <= SAME_RATE * rate_hz]
    left_out = len(file.signals) - len(kept)
    notes = [f"{left_out} other channels left out"] if left_out else []
    units = [str(signal.physical_dimension) for signal in kept]
    with np.errstate(over="ignore", invalid="ignore"):
        columns = [np.asarray(s.data, np.float64) * millivolts_per_unit(u, source) for s, u in zip(kept, units)]
    names = [str(signal.label) for signal in kept]
    return make_recording(np.stack(columns, axis=1), rate_hz, names, source, notes=notes, units=units)


def _sniff(head: bytes, path: Path | None) -> bool:
    return head.startswith(BDF) or (head.startswith(EDF) and len(head) >= FIXED_BYTES)


FORMAT = Format(
    name="EDF",
    suffixes=(".edf", ".bdf"),
    sniff=_sniff,
    read=read_edf,
    description="EDF, EDF+ without gaps, BDF of 24 bits: the channels whose labels are ECG leads",
    libraries=("edfio",),
)
