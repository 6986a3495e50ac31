import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from twelvelead.errors import ConfigError, DataError, FormatError
from twelvelead.leads import LEADS
from twelvelead.notice import NOTICE
from twelvelead.report.ecg_layout import LAYOUTS
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.save import figure_bytes
from twelvelead.report.style import MM_PER_INCH

RATE_HZ = 100.0


@pytest.fixture
def signal() -> np.ndarray:
    """10 s, `(1000, 12)` mV; every sample differs, so a trace can be told by its data."""
    return np.random.default_rng(0).normal(0, 0.3, (1000, 12))


def lines(figure: Figure, gid: str) -> list[Line2D]:
    return [line for line in figure.axes[0].lines if line.get_gid() == gid]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def on_paper_mm(figure: Figure, line: Line2D, points: np.ndarray) -> np.ndarray:
    """Points in a line's own data, as millimetres on the paper."""
    return line.get_transform().transform(points) / figure.dpi * MM_PER_INCH


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("speed, gain", [(25.0, 10.0), (50.0, 5.0)])
def test_a_second_and_a_millivolt_have_their_length_on_paper(signal, layout, speed, gain):
    figure = plot_ecg(signal, RATE_HZ, layout=layout, speed_mm_s=speed, gain_mm_mv=gain)
    for line in figure.axes[0].lines:
        if line.get_gid() != "separator":
            origin, unit = on_paper_mm(figure, line, np.array([[0, 0], [1, 1]]))
            np.testing.assert_allclose(unit - origin, [speed, gain], rtol=0, atol=1e-6)


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


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_lead_is_named(signal, layout):
    assert set(LEADS) <= set(texts(plot_ecg(signal, RATE_HZ, layout=layout)))


def test_columns_of_the_signal_are_found_by_name(signal):
    names = [lead.upper() for lead in reversed(LEADS)]
    figure = plot_ecg(signal[:, ::-1], RATE_HZ, leads=names, rhythm_lead="v1", layout="3x4+1")
    assert texts(figure).count("V1") == 2
    np.testing.assert_array_equal(lines(figure, "trace V1")[1].get_ydata(), signal[:, 6])


def test_scale_is_written_and_the_warning_only_beside_a_result(signal):
    plain, result = plot_ecg(signal, 500), plot_ecg(signal, 500, footer="NORM 0.93")
    assert "25 mm/s   10 mm/mV   500 Hz" in texts(plain)
    assert NOTICE not in texts(plain)
    assert {"NORM 0.93", NOTICE} <= set(texts(result))


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


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_move_apart_for_tall_traces(signal, layout):
    small, tall = (plot_ecg(signal * k, RATE_HZ, layout=layout) for k in (0.1, 1.5))
    assert tall.get_size_inches()[1] > small.get_size_inches()[1]


def test_what_leaves_the_grid_is_cut_and_said(signal):
    signal[500] = 20.0
    assert any("amplitude cut" in text for text in texts(plot_ecg(signal, RATE_HZ)))


@pytest.mark.parametrize("samples", [1, 3, 150, 999, 3000])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_duration_is_drawn_whole(samples, layout):
    figure = plot_ecg(np.zeros((samples, 12)), RATE_HZ, layout=layout)
    drawn = sum(len(line.get_ydata()) for lead in LEADS for line in lines(figure, f"trace {lead}"))
    per_row = {"3x4+1": 3, "6x2": 6, "12x1": 12}[layout]
    assert drawn == samples * (per_row + (layout == "3x4+1"))
    figure_bytes(figure)


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


def test_a_higher_rate_draws_no_more_objects():
    signal = np.random.default_rng(0).normal(0, 0.3, (5000, 12))
    slow, fast = plot_ecg(signal[::5], 100), plot_ecg(signal, 500)
    assert len(slow.findobj()) == len(fast.findobj())
