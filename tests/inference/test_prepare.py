"""From a recording to the model's form, each step told."""

from dataclasses import replace

import numpy as np
import pytest

from twelvelead.errors import FormatError
from twelvelead.formats.recording import Recording
from twelvelead.inference.prepare import prepare_recording
from twelvelead.leads import LEADS
from twelvelead.models.classifier import ModelInfo

MODEL = ModelInfo("cnn_lstm", ("A",), 100, 10.0)


def recording(rate_hz: float = 100, seconds: float = 10, leads: tuple[str, ...] = LEADS) -> Recording:
    """Each independent lead a sine of its own low frequency, so that a swap or a wrong rate shows."""
    time = np.arange(round(rate_hz * seconds)) / rate_hz
    waves = {lead.upper(): np.sin(np.pi * (1 + i) * time) for i, lead in enumerate(LEADS)}
    i, ii = waves["I"], waves["II"]
    waves |= {"III": ii - i, "AVR": -(i + ii) / 2, "AVL": i - ii / 2, "AVF": ii - i / 2, "EXTRA": time}
    columns = [waves[lead.upper()] for lead in leads]
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


@pytest.mark.parametrize("rate_hz", [250, 256, 360, 500, 1000, 150, 1000 / 3, 333.33, 499.97, 1001, 240.0002])
def test_other_rates_are_resampled(rate_hz: float) -> None:
    prepared = prepare_recording(recording(rate_hz), MODEL)
    assert prepared.windows_mv.shape == (1, 1000, 12)
    middle = slice(100, 900)  # the filter's edges aside
    np.testing.assert_allclose(prepared.windows_mv[0, middle], recording().signal_mv[middle], atol=0.03)
    assert prepared.steps == (f"resampled from {rate_hz:g} Hz to 100 Hz",)


def test_a_long_recording_becomes_windows_to_its_very_end() -> None:
    prepared = prepare_recording(recording(seconds=25), MODEL)
    whole = recording(seconds=25).signal_mv
    for window, start in zip(prepared.windows_mv, (0, 1000, 1500), strict=True):
        np.testing.assert_array_equal(window, whole[start : start + 1000])
    assert prepared.steps == ("25.00 s cut into 3 windows of 10 s, probabilities averaged",)


def test_what_cannot_be_prepared_is_said() -> None:
    with pytest.raises(FormatError, match=r"lasts 2\.00 s; at least 2\.5 s are needed"):
        prepare_recording(recording(seconds=2), MODEL)
    with pytest.raises(FormatError, match="lead V6 missing"):
        prepare_recording(recording(leads=LEADS[:-1]), MODEL)
    with pytest.raises(FormatError, match="cannot be resampled from 300000 Hz"):
        prepare_recording(recording(3e5), MODEL)
    with pytest.raises(FormatError, match="probably uV"):
        prepare_recording(replace(recording(), signal_mv=recording().signal_mv * 1000), MODEL)


def test_a_model_of_500_hz_gets_the_same_doubts() -> None:
    model = replace(MODEL, rate_hz=500)
    flat = recording(500)
    flat.signal_mv[:, 7] = 0.1
    prepared = prepare_recording(flat, model)
    assert prepared.windows_mv.shape == (1, 5000, 12)
    assert prepared.quality == ("lead V2 flat",)


def test_a_recording_that_is_flat_in_all_leads_gets_no_answer() -> None:
    nothing = recording()
    nothing.signal_mv[:] = 0.1
    with pytest.raises(FormatError, match="all leads are flat"):
        prepare_recording(nothing, MODEL)


def test_a_flat_lead_is_noted() -> None:
    flat = recording()
    flat.signal_mv[:, 8] = 0.25
    assert prepare_recording(flat, MODEL).quality == ("lead V3 flat",)
