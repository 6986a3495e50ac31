"""The sheet of ECG paper: its squares, its size, what is written on it."""

import numpy as np
import pytest

from report.ecg_figure import RATE_HZ, lines, on_paper_mm, texts
from twelvelead.leads import LEADS
from twelvelead.notice import NOTICE
from twelvelead.report.ecg_layout import LAYOUTS
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.save import figure_bytes
from twelvelead.report.style import MM_PER_INCH


def test_squares_are_one_and_five_millimetres(signal):
    figure = plot_ecg(signal, RATE_HZ)
    squares = {c.get_gid(): c for c in figure.axes[0].collections}
    for gid, steps in (("squares 1 mm", {1.0, 2.0}), ("squares 5 mm", {5.0})):
        ends = np.array([segment[0] for segment in squares[gid].get_segments()])
        at_mm = figure.axes[0].transData.transform(ends) / figure.dpi * MM_PER_INCH
        found = np.diff(np.unique(at_mm[:, 0].round(6)))
        assert set(found.round(6)) == steps  # 2: where a 5 mm line stands between 1 mm lines


def test_rows_and_the_start_lie_on_large_squares(signal):
    figure = plot_ecg(signal, RATE_HZ)
    paper = figure.axes[0].patches[0]
    pulses = [on_paper_mm(figure, line, np.zeros((1, 2)))[0] for line in lines(figure, "calibration")]
    from_corner = np.array(pulses) - paper.get_xy()
    np.testing.assert_allclose(from_corner / 5, np.round(from_corner / 5), atol=1e-6)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_move_apart_for_tall_traces(signal, layout):
    small, tall = (plot_ecg(signal * k, RATE_HZ, layout=layout) for k in (0.1, 1.5))
    assert tall.get_size_inches()[1] > small.get_size_inches()[1]


def test_scale_is_written_and_the_warning_only_beside_a_result(signal):
    plain, result = plot_ecg(signal, 500), plot_ecg(signal, 500, footer="NORM 0.93")
    assert "25 mm/s   10 mm/mV   500 Hz" in texts(plain)
    assert NOTICE not in texts(plain)
    assert {"NORM 0.93", NOTICE} <= set(texts(result))


@pytest.mark.parametrize("samples", [1, 3, 150, 999, 3000])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_duration_is_drawn_whole(samples, layout):
    figure = plot_ecg(np.zeros((samples, 12)), RATE_HZ, layout=layout)
    drawn = sum(len(line.get_ydata()) for lead in LEADS for line in lines(figure, f"trace {lead}"))
    per_row = {"3x4+1": 3, "6x2": 6, "12x1": 12}[layout]
    assert drawn == samples * (per_row + (layout == "3x4+1"))
    figure_bytes(figure)
