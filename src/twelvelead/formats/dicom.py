"""DICOM waveform objects (PS3.3 C.10.9): rhythm before median beats, each channel by its sensitivity; by `pydicom`.

Padding: samples equal to (5400,100A) Waveform Padding Value are gaps where no true sample can have that value, that is
outside the range of all others, or where all channels have it at the beginning or the end. Writers state a value such
as 0 or 2 that the signal itself runs through, and a true zero must stay a zero.
"""

import io
import math
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Format, Hints, Source, library
from twelvelead.formats.limits import check_rate, check_shape
from twelvelead.formats.recording import Recording, make_recording, millivolts_per_unit, printable
from twelvelead.leads import canonical_lead

__all__ = ["FORMAT", "read_dicom"]

LARGEST_DICOM = 32 * 2**20
"""Bytes; a 12-lead object holds at most 13 channels of 16,384 samples (PS3.3 A.34.3.4), a general one minutes."""

DEFLATED = b"1.2.840.10008.1.2.1.99"
"""Deflated Explicit VR Little Endian: a zip bomb's way in (PS3.5 A.5)."""

BIG_ENDIAN = "1.2.840.10008.1.2.2"
"""Explicit VR Big Endian, retired (PS3.5 A.3)."""

SAMPLES = {(8, "SB"): "i1", (8, "UB"): "u1", (16, "SS"): "i2", (16, "US"): "u2", (32, "SL"): "i4", (32, "UL"): "u4"}
"""Waveform Bits Allocated and Sample Interpretation (PS3.3 C.10.9.1.5); companded 8-bit kinds are for sound."""

LEAD_CODES = {
    "2:1": "I", "2:2": "II", "2:61": "III", "2:62": "aVR", "2:63": "aVL", "2:64": "aVF",
    "2:3": "V1", "2:4": "V2", "2:5": "V3", "2:6": "V4", "2:7": "V5", "2:8": "V6",
    "5.6.3-9-1": "I", "5.6.3-9-2": "II", "5.6.3-9-61": "III", "5.6.3-9-62": "aVR", "5.6.3-9-63": "aVL",
    "5.6.3-9-64": "aVF", "5.6.3-9-3": "V1", "5.6.3-9-4": "V2", "5.6.3-9-5": "V3", "5.6.3-9-6": "V4",
    "5.6.3-9-7": "V5", "5.6.3-9-8": "V6",
}  # fmt: skip
"""PS3.16 CID 3001 "ECG Lead": codes of schemes MDC and SCPECG."""

RUN = 3
"""Samples of all channels at the beginning or end that are padding at the least."""


def read_dicom(source: Source, hints: Hints) -> Recording:
    """Read the waveform of a DICOM object.

    Raises:
        FormatError: pydicom is not installed, there is no ECG in it, or it is damaged.
    """
    pydicom = library("pydicom", "DICOM")
    data = source.content(LARGEST_DICOM)
    try:
        with warnings.catch_warnings():
            # About values that are not looked at here; those that are, are checked below.
            warnings.simplefilter("ignore")
            return _to_recording(_dataset(pydicom, data, source.name), source.name)
    except FormatError:
        raise
    except Exception as error:  # pydicom lets through what its parsing meets, also recursion
        what = printable(str(error)).rstrip(".") or type(error).__name__
        if isinstance(error, RecursionError):
            what = "sequences within sequences without end"
        raise FormatError(f"{source.name}: pydicom cannot read it: {what}.") from error


def _dataset(pydicom: ModuleType, data: bytes, source: str) -> Any:
    if DEFLATED in data:
        raise FormatError(f"{source}: is deflated; convert it first, such as with dcmconv +te.")
    return pydicom.dcmread(io.BytesIO(data), force=True, specific_tags=["WaveformSequence"])


def _to_recording(dataset: Any, source: str) -> Recording:
    groups = list(dataset.get("WaveformSequence") or [])
    if not groups:
        raise FormatError(f"{source}: a DICOM object without a waveform.")
    position = _choose(groups)
    group = groups[position]
    raw = _raw(group, _byte_order(dataset), source)
    rate_hz = check_rate(float(group.SamplingFrequency), source)
    channels = list(group.ChannelDefinitionSequence)
    if len(channels) != raw.shape[1]:
        raise FormatError(f"{source}: {raw.shape[1]} channels, {len(channels)} of them defined.")
    notes = _notes(groups, position)
    signal_mv, units = np.empty(raw.shape), []
    for column, channel in enumerate(channels):
        signal_mv[:, column], unit = _physical(raw[:, column], channel, source)
        units.append(unit)
    gaps = _gaps(group, raw, source)
    if gaps.any():
        signal_mv[gaps] = np.nan
        notes.append(f"{int(gaps.sum())} samples are the file's padding")
    return make_recording(
        signal_mv, rate_hz, [_name(channel) for channel in channels], source, notes=notes, units=units
    )


def _choose(groups: Sequence[Any]) -> int:
    """The multiplex group with the rhythm: original before derived, then the longest (PS3.3 C.10.9.1.2)."""

    def merit(position: int) -> tuple[bool, bool, float]:
        group = groups[position]
        label = str(group.get("MultiplexGroupLabel", "")).upper()
        median = "MEDIAN" in label or "BEAT" in label or "TEMPLATE" in label
        original = str(group.get("WaveformOriginality", "")).upper() != "DERIVED"
        samples = int(group.get("NumberOfWaveformSamples", 0)) / float(group.get("SamplingFrequency", 0) or math.inf)
        return not median, original, samples

    return max(range(len(groups)), key=lambda position: (merit(position), -position))


def _notes(groups: Sequence[Any], position: int) -> list[str]:
    if len(groups) == 1:
        return []
    label = printable(str(groups[position].get("MultiplexGroupLabel", ""))) or "no label"
    return [f"multiplex group {position + 1} of {len(groups)} ({label})"]


def _byte_order(dataset: Any) -> str:
    syntax = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID", "")
    return ">" if syntax == BIG_ENDIAN else "<"


def _raw(group: Any, byte_order: str, source: str) -> NDArray[Any]:
    """`(time, lead)` as stored; what is claimed is held against the bytes."""
    samples, channels = int(group.NumberOfWaveformSamples), int(group.NumberOfWaveformChannels)
    check_shape(samples, channels, source)
    kind = (int(group.WaveformBitsAllocated), str(group.WaveformSampleInterpretation))
    if kind not in SAMPLES:
        raise FormatError(
            f"{source}: samples of {kind[0]} bits as {printable(kind[1])!r} are not read, only whole numbers."
        )
    dtype = np.dtype(byte_order + SAMPLES[kind])
    data = bytes(group.WaveformData)
    if samples * channels * dtype.itemsize > len(data):
        raise FormatError(f"{source}: claims {samples} samples of {channels} channels, truncated at {len(data)} bytes.")
    return np.frombuffer(data, dtype, samples * channels).reshape(samples, channels)


def _physical(raw: NDArray[Any], channel: Any, source: str) -> tuple[NDArray[np.float64], str]:
    """Millivolts of a channel, and the file's unit (PS3.3 C.10.9.1.4.1).

    Sensitivity times correction factor is the unit's size of one step; the baseline is an offset in that unit.
    """
    if channel.get("ChannelSensitivity") is None:
        raise FormatError(f"{source}: {_name(channel)} has no sensitivity, so its samples have no unit.")
    units = channel.get("ChannelSensitivityUnitsSequence") or []
    unit = str(units[0].get("CodeValue", "")) if units else ""
    step = float(channel.ChannelSensitivity) * float(channel.get("ChannelSensitivityCorrectionFactor") or 1)
    baseline = float(channel.get("ChannelBaseline") or 0)
    if not step or not math.isfinite(step) or not math.isfinite(baseline):
        raise FormatError(f"{source}: {_name(channel)} has a sensitivity of {step} and a baseline of {baseline}.")
    with np.errstate(over="ignore"):
        return (raw * step + baseline) * millivolts_per_unit(unit, source), unit


def _name(channel: Any) -> str:
    """The channel's own label, else what its code means; the code itself where neither is a lead."""
    codes = channel.get("ChannelSourceSequence") or []
    code = codes[0] if codes else {}
    label, meaning = str(channel.get("ChannelLabel") or ""), str(code.get("CodeMeaning") or "")
    for name in (label, meaning, meaning.partition(",")[0], re.sub(r"\(.*?\)", "", meaning)):
        if canonical_lead(name):
            return name
    return LEAD_CODES.get(str(code.get("CodeValue") or "").strip(), label or meaning)


def _gaps(group: Any, raw: NDArray[Any], source: str) -> NDArray[np.bool_]:
    """`(time, lead)`: where samples are padding, see the top of this file."""
    padding = group.get("WaveformPaddingValue")
    if padding is None:
        return np.zeros(raw.shape, dtype=bool)
    if isinstance(padding, bytes):
        padding = int.from_bytes(padding[: raw.itemsize], "little")
    # The element has no sign of its own.
    padding = int(
        np.array(int(padding) & (256**raw.itemsize - 1), f"u{raw.itemsize}").astype(raw.dtype.newbyteorder("="))
    )
    equal: NDArray[np.bool_] = raw == padding
    others = raw[~equal]
    if not others.size:
        raise FormatError(f"{source}: all samples are padding.")
    if not others.min() < padding < others.max():
        return equal
    whole = np.asarray(equal.all(axis=1))
    first, last = _leading(whole), _leading(whole[::-1])
    gaps = np.zeros(raw.shape, dtype=bool)
    gaps[: first if first >= RUN else 0] = True
    gaps[len(raw) - (last if last >= RUN else 0) :] = True
    return gaps


def _leading(flags: NDArray[np.bool_]) -> int:
    """How many flags are set before the first that is not."""
    return int(len(flags) if flags.all() else np.argmin(flags))


def _sniff(head: bytes, path: Path | None) -> bool:
    # PS3.10 7.1: 128 bytes of preamble, then the prefix.
    return head[128:132] == b"DICM"


FORMAT = Format(
    name="DICOM",
    suffixes=(".dcm", ".dicom"),
    sniff=_sniff,
    read=read_dicom,
    description="waveform objects: the rhythm group, by sensitivity, correction, baseline and unit of each channel",
    libraries=("pydicom",),
)
