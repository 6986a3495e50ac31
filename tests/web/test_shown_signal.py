"""What the page draws is what the file says: same samples, gaps where they were, nothing where nothing is."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from twelvelead.data.simulate import simulate_ecg
from twelvelead.formats.recording import Recording
from twelvelead.leads import LEADS
from twelvelead.web.shown_signal import GAP, shown_signal

V3 = LEADS.index("V3")


def ecg(rate_hz=500, seconds=10.0):
    return Recording(simulate_ecg(["NORM"], seed=0, rate_hz=rate_hz, seconds=seconds), rate_hz, LEADS, "made up")


def decoded(shown):
    counts = np.frombuffer(base64.b64decode(shown["signal"]), "<i2").reshape(shown["samples"], 12)
    return np.where(counts == GAP, np.nan, counts * shown["scale_uv"] / 1000)


def test_samples_come_back_to_half_a_microvolt():
    recording = ecg()
    shown = shown_signal(recording)
    assert np.abs(decoded(shown) - recording.signal_mv).max() <= 0.0005 + 1e-6
    assert (shown["rate_hz"], shown["samples"], shown["duration_s"], shown["scale_uv"]) == (500, 5000, 10.0, 1.0)
    assert all(shown["present"].values()) and shown["invalid"] == GAP


def test_large_amplitudes_get_another_scale():
    recording = replace(ecg(), signal_mv=ecg().signal_mv * 60)
    shown = shown_signal(recording)
    assert shown["scale_uv"] > 1
    assert np.abs(decoded(shown) - recording.signal_mv).max() <= shown["scale_uv"] / 2000 + 1e-4


@pytest.mark.parametrize("rate_hz", [500, 2000])
def test_gaps_stay_gaps_also_in_derived_leads(rate_hz):
    whole = ecg(500)
    signal = np.repeat(whole.signal_mv, rate_hz // 500, axis=0)
    gap = slice(rate_hz, rate_hz + rate_hz // 5)
    signal[gap, LEADS.index("II")] = signal[gap, V3] = np.nan
    kept = [lead for lead in LEADS if lead not in ("III", "aVR", "aVL", "aVF")]
    recording = Recording(signal[:, [LEADS.index(lead) for lead in kept]], rate_hz, tuple(kept), "made up")
    shown = shown_signal(recording)
    found = decoded(shown)
    gone = slice(500, 600)
    for lead in ("II", "III", "aVR", "V3"):
        assert np.isnan(found[gone, LEADS.index(lead)]).all() and np.isnan(found[:, LEADS.index(lead)]).sum() <= 102
    assert np.isfinite(found[:, [0, 6]]).all()
    assert shown["rate_hz"] == 500 and shown["source_rate_hz"] == rate_hz


def test_a_missing_lead_is_not_there():
    kept = [lead for lead in LEADS if lead != "V3"]
    recording = Recording(ecg().signal_mv[:, [LEADS.index(lead) for lead in kept]], 500, tuple(kept), "made up")
    shown = shown_signal(recording)
    assert [lead for lead, there in shown["present"].items() if not there] == ["V3"]
    assert np.isnan(decoded(shown)[:, V3]).all()


def test_a_minute_at_most():
    shown = shown_signal(ecg(100, seconds=90.0))
    assert shown["samples"] == 6000 and shown["shown_s"] == 60.0 and shown["source_duration_s"] == 90.0


def test_a_calibration_pulse_is_left_out_as_the_model_leaves_it_out():
    recording = ecg()
    pulse = np.zeros((500, 12), np.float32)
    pulse[100:300] = 1.0
    shown = shown_signal(replace(recording, signal_mv=np.concatenate([pulse, recording.signal_mv])))
    assert shown["samples"] == 5000
    assert np.abs(decoded(shown) - recording.signal_mv).max() <= 0.0005 + 1e-6
