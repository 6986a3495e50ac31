import pytest

from twelvelead.errors import DataError
from twelvelead.report.forest import ForestRow, forest_axis, plot_forest

GOOD = ForestRow("sex", "male", 0.9, (0.85, 0.95), 1200)
SMALL = ForestRow("sex", "female", 0.3, (0.0, 0.7), 6, small=True)
UNDEFINED = ForestRow("age", "over 89", None, None, 1)


def written(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_rows_are_named_and_counted():
    words = written(plot_forest([GOOD, SMALL, UNDEFINED], overall=0.88, overall_interval=(0.86, 0.9)))
    assert words.count("sex") == 1 and "age" in words
    assert {"male", "female", "1,200", "6", "1  N/A"} <= set(words)


def test_small_groups_are_hollow_and_do_not_stretch_the_axis():
    figure = plot_forest([GOOD, SMALL])
    assert figure.axes[0].get_xlim()[0] == 0.5
    assert figure.axes[0].get_legend() is not None
    assert forest_axis([ForestRow("sex", "male", 0.4, (0.3, 0.5), 1200)]) == pytest.approx(0.28)


def test_a_long_name_is_shortened():
    words = written(plot_forest([ForestRow("site", "other (8 with fewer than 30 records each)", 0.9, None, 9)]))
    assert "other" in words
    with pytest.raises(DataError):
        plot_forest([])
