import pytest

from twelvelead.report.run.numbers import count, duration, scored, share, with_interval


def test_numbers_are_written_one_way():
    assert with_interval(0.87166, {"low": 0.85, "high": 0.8931}) == "0.872 [0.850, 0.893]"
    assert with_interval(None, None) == "N/A"
    assert count(2198) == "2,198" and count(None) == "N/A"
    assert share(1, 3) == "33.3 %" and share(0, 0) == ""
    assert scored({"auc": None}, "auc").text == "N/A"


@pytest.mark.parametrize(("seconds", "words"), [(5, "5 s"), (671, "11 min"), (9000, "2.5 h"), (None, "N/A")])
def test_durations_have_a_unit_that_suits_them(seconds, words):
    assert duration(seconds) == words
