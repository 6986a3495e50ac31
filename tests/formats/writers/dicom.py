"""DICOM waveform objects, by pydicom."""

import io
import warnings
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from formats.writers.ecg import NAMES, RATE_HZ, SIGNAL_UV

TWELVE_LEAD = "1.2.840.10008.5.1.4.1.1.9.1.1"


def channel(name: str, **changes: Any) -> Dataset:
    """A channel definition; a change to None leaves the element out."""
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "2:1", "MDC", f"Lead {name}"
    unit = Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "uV", "UCUM", "microvolt"
    made = Dataset()
    made.ChannelSourceSequence = Sequence([code])
    made.ChannelSensitivity, made.ChannelSensitivityCorrectionFactor = 1, 1
    made.ChannelBaseline, made.WaveformBitsStored = 0, 16
    made.ChannelSensitivityUnitsSequence = Sequence([unit])
    for key, value in changes.items():
        if key == "unit":
            unit.CodeValue = value
        elif value is None:
            delattr(made, key)
        else:
            setattr(made, key, value)
    return made


def group(units: np.ndarray = SIGNAL_UV, label: str = "RHYTHM", channels: Any = None, **changes: Any) -> Dataset:
    """A multiplex group."""
    made = Dataset()
    made.WaveformOriginality = "ORIGINAL"
    made.NumberOfWaveformSamples, made.NumberOfWaveformChannels = units.shape
    made.SamplingFrequency, made.MultiplexGroupLabel = RATE_HZ, label
    made.ChannelDefinitionSequence = Sequence(channels or [channel(name) for name in NAMES[: units.shape[1]]])
    made.WaveformBitsAllocated, made.WaveformSampleInterpretation = 16, "SS"
    made.WaveformData = units.astype("<i2").tobytes()
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def dicom(*groups: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A file with these groups, or with the ECG."""
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID, made.Modality = TWELVE_LEAD, "1.2.3.4", "ECG"
    made.WaveformSequence = Sequence(groups or [group()])
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.file_meta.MediaStorageSOPClassUID, made.file_meta.MediaStorageSOPInstanceUID = TWELVE_LEAD, "1.2.3.4"
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
