"""Traces and calibration pulses lie on the paper to scale, sample by sample."""

import numpy as np
import pytest

from report.ecg_figure import RATE_HZ, lines, on_paper_mm, texts
from twelvelead.leads import LEADS
from twelvelead.report.ecg_layout import LAYOUTS
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.save import figure_bytes


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("speed, gain", [(25.0, 10.0), (50.0, 5.0)])
def test_a_second_and_a_millivolt_have_their_length_on_paper(signal, layout, speed, gain):
    figure = plot_ecg(signal, RATE_HZ, layout=layout, speed_mm_s=speed, gain_mm_mv=gain)
    for line in figure.axes[0].lines:
        if line.get_gid() != "separator":
            origin, unit = on_paper_mm(figure, line, np.array([[0, 0], [1, 1]]))
            np.testing.assert_allclose(unit - origin, [speed, gain], rtol=0, atol=1e-6)


def test_calibration_pulse_is_1_mv_for_200_ms(signal):
    (pulse, *others) = lines(plot_ecg(signal, RATE_HZ), "calibration")
    time_s, mv = pulse.get_xdata(), pulse.get_ydata()
    assert len(others) == 3
    assert max(mv) == 1 and min(mv) == 0
    assert np.ptp(time_s[mv == 1]) == pytest.approx(0.2)


def test_traces_are_the_samples_and_columns_change_at_quarters(signal):
    figure = plot_ecg(signal, RATE_HZ)
    for row in LAYOUTS["3x4+1"]:
        for column, lead in enumerate(row):
            line = lines(figure, f"trace {lead}")[0]
            part = slice(250 * column, 250 * (column + 1))
            np.testing.assert_array_equal(line.get_ydata(), signal[part, LEADS.index(lead)])
            np.testing.assert_allclose(line.get_xdata(), np.arange(1000)[part] / RATE_HZ)
    _, rhythm = lines(figure, "trace II")
    np.testing.assert_array_equal(rhythm.get_ydata(), signal[:, 1])


def test_time_runs_on_from_column_to_column(signal):
    figure = plot_ecg(signal, RATE_HZ)
    at_2_s = np.array([[2.0, 0.0]])
    places = [on_paper_mm(figure, lines(figure, f"trace {lead}")[0], at_2_s)[0, 0] for lead in LEADS]
    assert np.ptp(places) < 1e-6
    separators = {round(line.get_xdata()[0], 6) for line in lines(figure, "separator")}
    start = places[0] - 2 * 25
    assert separators == {round(start + 25 * second, 6) for second in (2.5, 5.0, 7.5)}


def test_gaps_stay_gaps_and_a_lead_without_samples_says_so(signal):
    signal[100:200, 0] = np.nan
    signal[5, 2] = np.inf
    signal[:, 7] = np.nan
    figure = plot_ecg(signal, RATE_HZ)
    assert np.isnan(lines(figure, "trace I")[0].get_ydata()[100:200]).all()
    assert np.isnan(lines(figure, "trace III")[0].get_ydata()[5])
    assert "V2 (no data)" in texts(figure)
    figure_bytes(figure)


def test_an_offset_moves_no_trace(signal):
    moved = signal + np.arange(12.0)
    for lead in LEADS:
        tracks = []
        for values in (signal, moved):
            figure = plot_ecg(values, RATE_HZ)
            line = lines(figure, f"trace {lead}")[0]
            tracks.append(on_paper_mm(figure, line, line.get_xydata()))
        np.testing.assert_allclose(tracks[0], tracks[1], atol=1e-6)


def test_what_leaves_the_grid_is_cut_and_said(signal):
    signal[500] = 20.0
    assert any("amplitude cut" in text for text in texts(plot_ecg(signal, RATE_HZ)))


def test_a_higher_rate_draws_no_more_objects():
    signal = np.random.default_rng(0).normal(0, 0.3, (5000, 12))
    slow, fast = plot_ecg(signal[::5], 100), plot_ecg(signal, 500)
    assert len(slow.findobj()) == len(fast.findobj())
