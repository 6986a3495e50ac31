import pytest

from twelvelead.errors import FormatError
from twelvelead.formats.recording import millivolts_per_unit


@pytest.mark.parametrize(
    "unit, factor", [("mV", 1), ("uV", 1e-3), ("µV", 1e-3), ("μV", 1e-3), (" UV ", 1e-3), ("nV", 1e-6), ("V", 1e3)]
)
def test_voltages_in_any_spelling(unit, factor):
    assert millivolts_per_unit(unit, "x") == factor


@pytest.mark.parametrize("unit", ["mmHg", "", "mVolt"])
def test_anything_else_is_refused(unit):
    with pytest.raises(FormatError, match=r"x\.hea: unit '.*' is no voltage; known are nV, uV, mV and V"):
        millivolts_per_unit(unit, "x.hea")
