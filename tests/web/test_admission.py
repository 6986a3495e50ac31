"""The pace of work, and who is let in by it; the queues that use it have their own tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.web.admission import KEPT, Admission, Pace
from twelvelead.web.refusal import Refused

WORK = st.tuples(st.floats(0.001, 100), st.integers(1, 32))


def test_nothing_measured_is_no_wait():
    assert Pace().unit_s == 0


@given(st.lists(WORK, min_size=1, max_size=30))
def test_the_pace_is_the_weighted_mean(done):
    pace = Pace()
    for seconds, units in done:
        pace.add(seconds, units)
    weights = [KEPT**age for age in reversed(range(len(done)))]
    expected = sum(w * s for w, (s, _) in zip(weights, done)) / sum(w * u for w, (_, u) in zip(weights, done))
    assert pace.unit_s == pytest.approx(expected)


@given(st.integers(0, 20), st.floats(0, 100))
def test_who_is_let_in(there, expected_s):
    admission = Admission("the doubles", most=10, wait_s=1.0, seconds=60)
    if there < 10 and expected_s <= 1.0:
        admission.check(there, expected_s)
        return
    with pytest.raises(Refused) as caught:
        admission.check(there, expected_s)
    assert caught.value.status == 503
    assert caught.value.turned_away == ("doubles", "full" if there >= 10 else "expected")
    assert 1 <= int(caught.value.headers["Retry-After"]) < max(2, expected_s + 1)
