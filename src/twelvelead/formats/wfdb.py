"""WFDB records (`.hea` with its `.dat`, or the challenges' `.mat`): path in, `Recording` out.

The usual shape is read by `wfdb_plain.py`, in a twentieth of the time; all others by the `wfdb` package. For it the
header is checked first: names in it may not leave the folder, and it may not claim more samples than its files could
hold.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.limits import LARGEST_FILE, MOST_LEADS, check_rate, check_shape
from twelvelead.formats.recording import Recording, make_recording, millivolts_per_unit
from twelvelead.formats.wfdb_plain import read_plain

__all__ = ["FORMAT", "LONGEST_HEADER", "names_file", "read_wfdb"]

LONGEST_HEADER = 1_000_000
"""Bytes; PTB-XL's have fewer than 1,000."""

SAMPLES_PER_BYTE = 2
"""Upper bound for WFDB's plain formats; the densest, 310 and 311, have three samples in four bytes."""

FLAC_FORMATS = {"508", "516", "524"}
FLAC_SAMPLES_PER_BYTE = 64
"""Upper bound for these; they reach it only for flat signals."""


def read_wfdb(path: str | Path) -> Recording:
    """Read one WFDB record.

    Args:
        path: the record, with or without `.hea`.

    Raises:
        FormatError: a file is missing, truncated, contradicts its header, or is no WFDB record.
    """
    header = _find_header(Path(path))
    plain = read_plain(header)
    if plain is not None:
        factors = np.array([millivolts_per_unit(unit, header.name) for unit in plain.units])
        rate_hz = check_rate(plain.rate_hz, header.name)
        signal_mv = plain.signal * factors
        return make_recording(signal_mv, rate_hz, plain.leads, header.name, files=[plain.file], units=plain.units)
    return _read_any(header)


def _read_any(header: Path) -> Recording:
    import wfdb

    record_path = header.with_suffix("")
    name = str(record_path.absolute())
    files = _check_names(header)
    with _errors_of_wfdb(header):
        claim = wfdb.rdheader(name)
    _check_size(header, claim, files)
    with _errors_of_wfdb(header):
        record = wfdb.rdrecord(name, physical=False)
    _check_checksums(record, header.name)
    return _to_recording(record, header, files)


def _find_header(path: Path) -> Path:
    """The header of a record that is named by itself, by its header or by its signal file."""
    if path.suffix == ".hea":
        return path
    beside = (path.with_name(path.name + ".hea"), path.with_suffix(".hea"))
    found = next((header for header in beside if header.is_file()), None)
    if found is None and path.is_file():
        raise FormatError(f"{path} is no WFDB record: there is no {beside[1].name} beside it.")
    return found or beside[0]


@contextmanager
def _errors_of_wfdb(header: Path) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise FormatError(f"{header.name}: too large for this machine's memory.") from None
    except Exception as error:  # wfdb lets through whatever its parsing meets
        what = str(error).rstrip(".") or type(error).__name__
        if isinstance(error, AttributeError | LookupError | TypeError):
            what = f"the header is incomplete or contradicts itself ({what})"
        raise FormatError(f"{header.name}: wfdb cannot read it: {what}.") from error


def _check_names(header: Path) -> tuple[str, ...]:
    """The signal files that the header names; refuse those that are missing or not beside it."""
    try:
        size = header.stat().st_size
        if not header.is_file():  # a pipe or device would never end
            raise FormatError(f"{header} is no file.")
        if size > LONGEST_HEADER:
            raise FormatError(f"{header.name}: {size} bytes are too many for a WFDB header.")
        content = header.read_bytes()
    except FileNotFoundError:
        raise FormatError(f"{header} not found.") from None
    except OSError as error:
        raise FormatError(f"{header} cannot be read: {error.strerror}.") from error
    # Decoded and divided as wfdb does it.
    stripped = map(str.strip, content.decode("ascii", errors="ignore").splitlines())
    lines = [line.split() for line in stripped if line and not line.startswith("#")]
    if not lines or len(lines[0]) < 2:
        raise FormatError(f"{header.name}: no WFDB record line.")
    if "/" in lines[0][0]:
        raise FormatError(f"{header.name}: multi-segment records are not supported.")
    names = tuple(dict.fromkeys(line[0] for line in lines[1:]))
    if not names:
        raise FormatError(f"{header.name}: names no signal file.")
    for name in names:
        if any(sign in name for sign in "/\\:\0"):
            raise FormatError(f"{header.name}: signal file {name!r} does not lie beside the header.")
        if not (header.parent / name).is_file():
            raise FormatError(f"{header.name}: signal file {name} not found.")
    return names


def _check_size(header: Path, claim: Any, files: tuple[str, ...]) -> None:
    """Refuse a header that claims more than its files can hold, before `wfdb` makes room for it."""
    channels, samples = claim.n_sig, claim.sig_len or 0
    if not 0 < channels <= MOST_LEADS:
        raise FormatError(f"{header.name}: {channels} channels; allowed are 1 to {MOST_LEADS}.")
    if tuple(dict.fromkeys(claim.file_name or ())) != files:
        raise FormatError(f"{header.name}: a line of it is no WFDB signal line.")
    size = sum((header.parent / name).stat().st_size for name in files)
    if size > LARGEST_FILE:
        raise FormatError(f"{header.name}: {size:,} bytes are too many; at most {LARGEST_FILE:,} are read.")
    channels = max(channels, sum(claim.samps_per_frame or ()))
    packed = FLAC_FORMATS & set(map(str, claim.fmt or ()))
    most = size * (FLAC_SAMPLES_PER_BYTE if packed else SAMPLES_PER_BYTE)
    if not samples * channels <= most:
        raise FormatError(f"{header.name}: claims {samples} samples of {channels} channels, truncated at {size} bytes.")
    if samples:
        check_shape(samples, channels, header.name)


def _check_checksums(record: Any, source: str) -> None:
    """Compare 16-bit checksums and first samples with the header's, where it gives them."""
    if record.d_signal is None or not len(record.d_signal):
        raise FormatError(f"{source}: holds no samples.")
    if set(record.samps_per_frame or [1]) != {1}:
        return
    sums = record.d_signal.sum(axis=0, dtype=np.int64) % 65536
    for lead, wanted, found in zip(record.sig_name, record.checksum or [], sums):
        if wanted is not None and wanted % 65536 != found:
            raise FormatError(f"{source}: checksum of lead {lead} is {found}, the header says {wanted % 65536}.")
    for lead, wanted, found in zip(record.sig_name, record.init_value or [], record.d_signal[0]):
        if wanted is not None and wanted != found:
            raise FormatError(f"{source}: lead {lead} begins with {found}, the header says {wanted}.")


def _to_recording(record: Any, header: Path, files: tuple[str, ...]) -> Recording:
    source = header.name
    factors = np.array([millivolts_per_unit(unit, source) for unit in record.units])
    rate_hz = check_rate(float(record.fs), source)
    # An absurd gain gives infinite samples.
    with _errors_of_wfdb(header), np.errstate(over="ignore", invalid="ignore"):
        signal_mv = record.dac(return_res=64) * factors
    leads = tuple(name or "" for name in record.sig_name)
    return make_recording(signal_mv, rate_hz, leads, source, files=files, units=record.units)


def _read(source: Source, hints: Hints) -> Recording:
    if source.path is None:
        raise FormatError(
            f"{source.name} is a WFDB header, whose samples are in other files; read it from its folder, "
            "or upload it together with them."
        )
    recording = read_wfdb(source.path)
    if hints.leads and not any(recording.leads) and len(hints.leads) == len(recording.leads):
        return replace(recording, leads=hints.leads)
    return recording


def _sniff(head: bytes, path: Path | None) -> bool:
    if _RECORD_LINE.match(head):
        return True
    if path is None or path.suffix == ".hea":
        return False
    headers = (path.with_name(path.name + ".hea"), path.with_suffix(".hea"))
    return any(header.is_file() and names_file(header, path) for header in headers if header.name != path.name)


def names_file(header: Path, path: Path) -> bool:
    """Whether a header is of the record that a path without a file names, or lists the file."""
    if not path.exists():
        return True
    if not header.is_file():  # a pipe would never end
        return False
    try:
        with header.open("rb") as stream:
            lines = stream.read(LONGEST_HEADER).splitlines()
    except OSError:
        return False
    return os.fsencode(path.name) in {line.split()[0] for line in lines if line.strip()}


_RECORD_LINE = re.compile(
    rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*[\w.-]+(?:/\d+)?[ \t]+\d+(?:[ \t][^\n]*)?\n[ \t]*[\w.-]+[ \t]+\d+[ \tx:+]"
)
"""Header(5): record line with name and number of signals, then a signal line with file name and format."""

FORMAT = Format(
    name="WFDB",
    suffixes=(".hea", ".dat", ".mat"),
    sniff=_sniff,
    read=_read,
    description=".hea with .dat in every format of the wfdb package, or with the challenges' .mat; any voltage unit",
    turn=-1,
)
