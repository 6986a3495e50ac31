"""Units: what was read in the wrong one is refused, and the likely one is named."""

import numpy as np
import pytest

from twelvelead.data.simulate import simulate_ecg
from twelvelead.errors import FormatError
from twelvelead.inference.amplitude import check_amplitude


@pytest.fixture(scope="module")
def ecg() -> np.ndarray:
    return simulate_ecg(["NORM"], seed=0).astype(np.float64)


def test_an_ecg_in_millivolts_passes(ecg: np.ndarray) -> None:
    assert check_amplitude(ecg, "x") == []


@pytest.mark.parametrize(
    ("factor", "read_as", "message"),
    [
        (
            1e3,
            "mV",
            r"as mV and are probably uV, or a converter's raw numbers: read them as such \(--unit uV\)",
        ),
        (1e6, "mV", "probably nV"),
        (1e-3, "uV", "were read as uV and are probably mV"),
        (1e-3, "mV", "were read as mV and are probably V"),
        (3e4, "mV", "raw numbers"),
    ],
)
def test_another_unit_is_refused_and_named(ecg: np.ndarray, factor: float, read_as: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        check_amplitude(ecg * factor, "x", read_as)


def test_unusual_amplitudes_are_doubted(ecg: np.ndarray) -> None:
    (note,) = check_amplitude(ecg * 15, "x")
    assert note.startswith("unusual amplitude")


def test_flat_leads_say_nothing_and_all_flat_is_refused(ecg: np.ndarray) -> None:
    some = ecg.copy()
    some[:, :7] = 0
    assert check_amplitude(some, "x") == []
    with pytest.raises(FormatError, match="all leads are flat"):
        check_amplitude(np.full((100, 12), 0.3), "x")


def test_no_real_record_is_doubted(ptbxl_dir) -> None:
    from twelvelead.data.store import open_or_prepare

    signals = open_or_prepare(ptbxl_dir, 100, None, None).signals
    notes = [check_amplitude(signals[row] / 1000.0, "x") for row in range(0, len(signals), 20)]
    assert not any(notes)
