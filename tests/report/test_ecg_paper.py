"""`plot_ecg` finds leads by name and refuses what cannot be drawn."""

import numpy as np
import pytest

from report.ecg_figure import RATE_HZ, lines, texts
from twelvelead.errors import ConfigError, DataError, FormatError
from twelvelead.leads import LEADS
from twelvelead.report.ecg_layout import LAYOUTS
from twelvelead.report.ecg_paper import plot_ecg


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_lead_is_named(signal, layout):
    assert set(LEADS) <= set(texts(plot_ecg(signal, RATE_HZ, layout=layout)))


def test_columns_of_the_signal_are_found_by_name(signal):
    names = [lead.upper() for lead in reversed(LEADS)]
    figure = plot_ecg(signal[:, ::-1], RATE_HZ, leads=names, rhythm_lead="v1", layout="3x4+1")
    assert texts(figure).count("V1") == 2
    np.testing.assert_array_equal(lines(figure, "trace V1")[1].get_ydata(), signal[:, 6])


@pytest.mark.parametrize(
    "shape, rate_hz, message",
    [
        ((1000,), 100, "shape"),
        ((1000, 11), 100, "shape"),
        ((0, 12), 100, "lasts 0 s"),
        ((6001, 12), 100, "at most 60 s"),
        ((1000, 12), 0, "rate"),
        ((1000, 12), float("nan"), "rate"),
    ],
)
def test_a_signal_that_cannot_be_drawn_is_refused(shape, rate_hz, message):
    with pytest.raises(DataError, match=message):
        plot_ecg(np.zeros(shape), rate_hz)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"layout": "3x4"}, r"3x4\+1"),
        ({"rhythm_lead": "V7"}, "rhythm_lead"),
        ({"speed_mm_s": 0}, "speed_mm_s"),
        ({"gain_mm_mv": float("inf")}, "gain_mm_mv"),
    ],
)
def test_an_unknown_option_is_refused(signal, options, message):
    with pytest.raises(ConfigError, match=message):
        plot_ecg(signal, RATE_HZ, **options)


def test_a_missing_lead_is_refused(signal):
    with pytest.raises(FormatError, match="V6 missing"):
        plot_ecg(signal, RATE_HZ, leads=(*LEADS[:11], "X"))
