"""DICOM: which group, each channel's own scale, names by label, meaning or code, and padding."""

import numpy as np
import pytest
from pydicom.uid import ExplicitVRBigEndian

from formats.writers.dicom import channel, dicom, group
from formats.writers.ecg import NAMES, SIGNAL_MV, SIGNAL_UV
from twelvelead import formats
from twelvelead.errors import FormatError

MEDIAN = SIGNAL_UV[:300]


@pytest.mark.parametrize("first", [True, False])
def test_the_rhythm_comes_before_median_beats(first):
    groups = [group(), group(MEDIAN, "MEDIAN BEAT", WaveformOriginality="DERIVED")]
    recording = formats.read(dicom(*(groups if first else groups[::-1])))
    assert len(recording.signal_mv) == len(SIGNAL_UV)
    assert recording.notes == (f"multiplex group {1 if first else 2} of 2 (RHYTHM)",)


def test_of_two_rhythms_the_longer():
    recording = formats.read(dicom(group(MEDIAN, "RHYTHM A"), group(label="RHYTHM B")))
    assert len(recording.signal_mv) == len(SIGNAL_UV)


def test_sensitivity_correction_baseline_and_unit_of_each_channel():
    settings = [
        {},
        {"ChannelSensitivity": 2.5},
        {"ChannelSensitivityCorrectionFactor": 0.5},
        {"ChannelBaseline": 100},
        {"ChannelSensitivity": 0.001, "unit": "mV"},
        {"ChannelBaseline": -2, "unit": "mV"},
        {"ChannelSensitivityCorrectionFactor": None, "ChannelBaseline": None},
    ]
    expected = [(1e-3, 0), (2.5e-3, 0), (0.5e-3, 0), (1e-3, 0.1), (1e-3, 0), (1, -2), (1e-3, 0)]
    channels = [channel(name, **changes) for name, changes in zip(NAMES, settings)]
    recording = formats.read(dicom(group(SIGNAL_UV[:, : len(channels)], channels=channels)))
    for column, (step, offset) in enumerate(expected):
        assert np.allclose(recording.signal_mv[:, column], SIGNAL_UV[:, column] * step + offset, rtol=1e-6, atol=1e-6)
    assert recording.units[3:5] == ("uV", "mV")


@pytest.mark.parametrize(
    "bits, kind, dtype", [(8, "SB", "i1"), (8, "UB", "u1"), (16, "US", "u2"), (32, "SL", "i4"), (32, "UL", "u4")]
)
def test_whole_numbers_of_every_kind(bits, kind, dtype):
    units = np.abs(SIGNAL_UV) // 20
    made = group(units, WaveformBitsAllocated=bits, WaveformSampleInterpretation=kind)
    made.WaveformData = units.astype("<" + dtype).tobytes() + b"\0" * (units.size % 2)
    assert np.allclose(formats.read(dicom(made)).signal_mv, units / 1000, rtol=1e-6, atol=1e-9)


def test_companded_sound_is_refused():
    with pytest.raises(FormatError, match="samples of 8 bits as 'MB' are not read"):
        formats.read(dicom(group(WaveformBitsAllocated=8, WaveformSampleInterpretation="MB")))


def test_names_by_label_meaning_or_code():
    channels = [channel(name, ChannelLabel=label) for name, label in zip(NAMES, ["I", "2", "", "x"])]
    meanings = ["Lead I", "Lead II", "aVR, augmented voltage, right", "Ableitung"]
    codes = ["2:1", "2:2", "2:62", "5.6.3-9-5"]
    for made, meaning, code in zip(channels, meanings, codes):
        made.ChannelSourceSequence[0].CodeMeaning, made.ChannelSourceSequence[0].CodeValue = meaning, code
    recording = formats.read(dicom(group(SIGNAL_UV[:, :4], channels=channels)))
    assert recording.leads == ("I", "Lead II", "aVR", "V3")


def test_padding_that_the_signal_runs_through_stays():
    assert (SIGNAL_UV == 0).any()
    recording = formats.read(dicom(group(WaveformPaddingValue=np.int16(0).tobytes())))
    assert (recording.signal_mv == SIGNAL_MV).all() and not recording.notes


def test_padding_that_no_sample_can_be_is_a_gap():
    units = SIGNAL_UV.copy()
    units[100:110, 3] = -32768
    recording = formats.read(dicom(group(units, WaveformPaddingValue=np.int16(-32768).tobytes())))
    assert np.isnan(recording.signal_mv).sum() == 10 and np.isnan(recording.signal_mv[100:110, 3]).all()
    assert recording.notes == ("10 samples are the file's padding",)


def test_padding_at_the_end_of_all_leads_is_a_gap():
    units = SIGNAL_UV.copy()
    units[-50:] = 0
    recording = formats.read(dicom(group(units, WaveformPaddingValue=np.int16(0).tobytes())))
    assert np.isnan(recording.signal_mv[-50:]).all() and np.isfinite(recording.signal_mv[:-50]).all()


@pytest.mark.parametrize("value", [32768, -32768, np.int16(-32768).tobytes()])
def test_padding_has_the_sign_of_the_samples(value):
    units = SIGNAL_UV.copy()
    units[7, 7] = -32768
    made = group(units)
    made.add_new(0x5400100A, "SS" if value == -32768 else "US" if value == 32768 else "OW", value)
    assert np.argwhere(np.isnan(formats.read(dicom(made)).signal_mv)).tolist() == [[7, 7]]


def test_big_endian():
    made = group(WaveformData=SIGNAL_UV.astype(">i2").tobytes())
    assert (formats.read(dicom(made, syntax=ExplicitVRBigEndian)).signal_mv == SIGNAL_MV).all()


def test_a_file_without_preamble_is_known_by_its_name():
    assert (formats.read(dicom()[132:], name="a.dcm").signal_mv == SIGNAL_MV).all()
