import pytest

from twelvelead.errors import DataError
from twelvelead.report.reliability import ReliabilityCurve, plot_reliability

CURVE = ReliabilityCurve("MI", 0.05, [(0.0, 0.1), (0.9, 1.0)], [0.05, 0.95], [0.1, 0.8], [100, 4])


def test_a_diagram_and_its_counts_for_each_class():
    figure = plot_reliability([CURVE] * 4)
    assert len(figure.axes) == 8
    diagram, counts = figure.axes[:2]
    assert diagram.get_title(loc="left") == "MI" and diagram.get_title(loc="right") == "ECE 0.050"
    assert [bar.get_height() for bar in counts.patches] == [100, 4]


def test_a_bin_of_few_records_is_hollow():
    marks = [line for line in plot_reliability([CURVE]).axes[0].lines if line.get_marker() == "o"]
    assert [mark.get_markerfacecolor() != mark.get_color() for mark in marks] == [False, True]


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(DataError, match="at least one class"):
        plot_reliability([])
    with pytest.raises(DataError, match="different lengths"):
        plot_reliability([ReliabilityCurve("MI", None, [(0.0, 1.0)], [0.5], [0.5], [])])
