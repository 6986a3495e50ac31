"""aECG, MUSE and Philips: which series, units, what is derived, what is missing."""

import numpy as np
import pytest

from formats.writers import xml
from formats.writers.ecg import NAMES, SIGNAL_MV, SIGNAL_UV
from twelvelead import formats
from twelvelead.errors import FormatError
from twelvelead.formats.philips_xli import unpack_xli
from twelvelead.leads import LEADS, lead_order


def test_aecg_prefers_rhythm_to_derived():
    recording = formats.read(xml.aecg(derived=xml.aecg_set(SIGNAL_UV[:300])))
    assert len(recording.signal_mv) == len(SIGNAL_UV) and not recording.notes


def test_aecg_with_a_derived_series_only():
    recording = formats.read(xml.aecg(rhythm="", derived=xml.aecg_set(SIGNAL_UV[:300])))
    assert len(recording.signal_mv) == 300
    assert "no rhythm in the file" in recording.notes[0]


@pytest.mark.parametrize("increment, rate", [((2, "ms"), 500), ((0.001, "s"), 1000), ((4000, "us"), 250)])
def test_aecg_increments(increment, rate):
    assert formats.read(xml.aecg(xml.aecg_set(increment=increment))).rate_hz == rate


def test_aecg_scale_origin_and_unit():
    document = xml.aecg(xml.aecg_set(scale=(2.5, "uV"))).replace(b'<origin value="0"', b'<origin value="-100"')
    assert np.allclose(formats.read(document).signal_mv, SIGNAL_UV * 0.0025 - 0.1, rtol=1e-5, atol=1e-6)
    document = xml.aecg(xml.aecg_set(scale=(0.001, "mV")))
    assert np.allclose(formats.read(document).signal_mv, SIGNAL_MV, rtol=1e-6, atol=1e-7)


def test_aecg_leads_of_different_length_end_in_nan():
    document = xml.aecg(xml.aecg_set(SIGNAL_UV[:, :1])).decode()
    shorter = xml.aecg_set(SIGNAL_UV[:600, 1:2], ["II"]).partition("</value></sequence></component>")[2]
    document = document.replace("</sequenceSet>", shorter.partition("</sequenceSet>")[0] + "</sequenceSet>", 1)
    recording = formats.read(document.encode())
    assert np.isnan(recording.signal_mv[600:, 1]).all() and np.isfinite(recording.signal_mv[:600]).all()
    assert "shorter" in recording.notes[0]


def test_muse_derives_four_leads_and_says_so():
    recording = formats.read(xml.muse())
    assert recording.leads == LEADS and "III, aVR, aVL, aVF derived from I and II" in recording.notes
    assert np.allclose(recording.signal_mv, SIGNAL_MV, rtol=0, atol=1e-6)


def test_muse_that_has_all_twelve_derives_none():
    recording = formats.read(xml.muse(xml.muse_waveform(names=NAMES[::-1])))
    assert recording.leads == tuple(NAMES[::-1]) and not recording.notes


def test_muse_without_rhythm_says_what_it_gives():
    recording = formats.read(xml.muse(xml.muse_waveform("Median", SIGNAL_UV[:300])))
    assert len(recording.signal_mv) == 300 and "no rhythm in the file" in recording.notes[0]


def test_muse_step_and_exponent():
    document = xml.muse(xml.muse_waveform(step=4.88)).replace(b"<SampleBase>500", b"<SampleBase>5")
    document = document.replace(b"<SampleExponent>0", b"<SampleExponent>2")
    recording = formats.read(document)
    assert recording.rate_hz == 500 and np.allclose(recording.signal_mv[:, 0], SIGNAL_UV[:, 0] * 0.00488, atol=1e-6)


def test_philips_labels_and_order():
    assert formats.read(xml.philips()).leads == LEADS
    assert lead_order(list(formats.read(xml.philips(version="1.03")).leads), "x") == list(range(12))


def test_philips_of_odd_sums_rounds_as_the_packer_does():
    units = SIGNAL_UV + np.arange(len(SIGNAL_UV))[:, np.newaxis] % 3  # no lead is the exact sum of others any more
    recording = formats.read(xml.philips(xml.xli(units)))
    assert np.allclose(recording.signal_mv, units / 1000, rtol=0, atol=1e-6)


def test_xli_of_a_lead_that_is_too_short():
    with pytest.raises(FormatError, match="a lead unpacks to 700 samples; 800 are stated"):
        unpack_xli(xml.xli(SIGNAL_UV), 12, 800, "x")
    with pytest.raises(FormatError, match="packed samples of 12 leads where 13 are stated"):
        unpack_xli(xml.xli(SIGNAL_UV), 13, 700, "x")
