"""From a recording to the model's form, each step told."""

import numpy as np
import pytest

from twelvelead.errors import FormatError
from twelvelead.formats.recording import Recording
from twelvelead.inference.prepare import prepare_recording
from twelvelead.leads import LEADS
from twelvelead.models.classifier import ModelInfo

MODEL = ModelInfo("cnn_lstm", ("A",), 100, 10.0)


def recording(rate_hz: float = 100, seconds: float = 10, leads: tuple[str, ...] = LEADS) -> Recording:
    """Each lead a sine of its own low frequency, so that a swap or a wrong rate shows."""
    time = np.arange(round(rate_hz * seconds)) / rate_hz
    frequency = {lead.upper(): 1 + i for i, lead in enumerate(LEADS)}
    columns = [np.sin(2 * np.pi * frequency.get(lead.upper(), 30) * time) for lead in leads]
    return Recording(np.stack(columns, axis=1).astype(np.float32), rate_hz, leads, "made up")


def test_the_models_own_form_passes_untouched() -> None:
    prepared = prepare_recording(recording(), MODEL)
    np.testing.assert_array_equal(prepared.windows_mv[0], recording().signal_mv)
    assert prepared.steps == prepared.quality == ()


def test_leads_are_found_by_name_in_any_order_and_case() -> None:
    shuffled = ("V6", "avr", "AVL", "aVF", "III", "ii", "I", "V5", "V4", "V3", "V2", "V1", "extra")
    prepared = prepare_recording(recording(leads=shuffled), MODEL)
    np.testing.assert_allclose(prepared.windows_mv[0], recording().signal_mv, atol=1e-6)
    assert "leads picked and ordered" in prepared.steps[0]


@pytest.mark.parametrize("rate_hz", [250, 256, 360, 500, 1000, 50.0 * 3])
def test_other_rates_are_resampled(rate_hz: float) -> None:
    prepared = prepare_recording(recording(rate_hz), MODEL)
    assert prepared.windows_mv.shape == (1, 1000, 12)
    middle = slice(100, 900)  # the filter's edges aside
    np.testing.assert_allclose(prepared.windows_mv[0, middle], recording().signal_mv[middle], atol=0.02)
    assert prepared.steps == (f"resampled from {rate_hz:g} Hz to 100 Hz",)


def test_a_long_recording_becomes_windows() -> None:
    prepared = prepare_recording(recording(seconds=25), MODEL)
    assert prepared.windows_mv.shape == (2, 1000, 12)
    np.testing.assert_array_equal(prepared.windows_mv[1], recording(seconds=25).signal_mv[1000:2000])
    assert "2 windows" in prepared.steps[0]
    assert "last 5.00 s left out" in prepared.steps[1]


def test_what_cannot_be_prepared_is_said() -> None:
    with pytest.raises(FormatError, match=r"lasts 9\.00 s; this model needs at least 10 s"):
        prepare_recording(recording(seconds=9), MODEL)
    with pytest.raises(FormatError, match="lead V6 missing"):
        prepare_recording(recording(leads=LEADS[:-1]), MODEL)
    broken = recording()
    broken.signal_mv[5, 1] = np.nan
    with pytest.raises(FormatError, match=r"invalid samples \(NaN\) in lead II"):
        prepare_recording(broken, MODEL)


def test_a_recording_that_is_flat_in_all_leads_gets_no_answer() -> None:
    nothing = recording()
    nothing.signal_mv[:] = 0.1
    with pytest.raises(FormatError, match="all leads are flat"):
        prepare_recording(nothing, MODEL)


def test_a_flat_lead_is_noted() -> None:
    flat = recording()
    flat.signal_mv[:, 3] = 0.25
    assert prepare_recording(flat, MODEL).quality == ("flat lead aVR",)
