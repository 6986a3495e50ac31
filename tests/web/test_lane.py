"""So many at a time, so many more wait, further ones are refused at once."""

import asyncio
import gc
import threading
import weakref

import pytest

from twelvelead.web.lane import Lane
from twelvelead.web.refusal import Refused


class Clock:
    """Shows the seconds that work was said to take."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def work(self, seconds):
        self.now += seconds


@pytest.fixture
def hold():
    held = threading.Event()
    yield held
    held.set()


def test_what_is_too_much_is_refused_at_once_and_the_rest_is_done(hold):
    lane = Lane("the doubles", threads=1, waiting=2, seconds=60, wait_s=60)

    async def main():
        tasks = [asyncio.create_task(lane.run(lambda number=number: hold.wait() and number)) for number in range(4)]
        await asyncio.sleep(0)
        while not any(task.done() for task in tasks):
            await asyncio.sleep(0)
        refused = [task for task in tasks if task.done()]
        assert lane.waiting == 2 and len(refused) == 1
        hold.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    *done, refused = asyncio.run(main())
    assert done == [0, 1, 2]
    assert (
        refused.status == 503
        and refused.headers["Retry-After"]
        and "too many requests wait for the doubles" in refused.sentence
    )
    assert lane.waiting == 0 and refused.turned_away == ("doubles", "full")


def test_errors_pass_and_make_room():
    lane = Lane("the doubles", threads=1, waiting=0, seconds=60, wait_s=60)

    async def main():
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await lane.run(lambda: 1 / 0)
            while lane._accepted:  # the thread leaves a moment after it has answered
                await asyncio.sleep(0.001)

    asyncio.run(main())


def test_what_takes_too_long_is_given_up(hold):
    lane = Lane("the doubles", threads=1, waiting=5, seconds=0.05, wait_s=60)

    async def main():
        results = await asyncio.gather(lane.run(hold.wait), lane.run(lambda: "late"), return_exceptions=True)
        assert [type(result) for result in results] == [Refused, Refused]
        assert all(result.status == 503 for result in results)

    asyncio.run(main())
    hold.set()


@pytest.mark.parametrize(("threads", "admitted", "next_s"), [(1, 1 + 3, 72), (2, 2 + 6, 63)])
def test_who_would_wait_too_long_is_refused_on_arrival(hold, threads, admitted, next_s):
    """At 18 s each, three for each thread may wait at most 60 s for their turn."""
    clock = Clock()
    lane = Lane("the doubles", threads, waiting=100, seconds=600, wait_s=60, clock=clock)

    async def main():
        await lane.run(clock.work, 18)
        while lane._accepted:
            await asyncio.sleep(0.001)
        tasks = [asyncio.create_task(lane.run(hold.wait)) for _ in range(20)]
        while sum(task.done() for task in tasks) < len(tasks) - admitted:
            await asyncio.sleep(0)
        assert lane.expected_s == pytest.approx(next_s)
        with pytest.raises(Refused):
            lane.check()
        hold.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(main())
    assert found[:admitted] == [True] * admitted
    for refused in found[admitted:]:
        assert (refused.status, refused.turned_away) == (503, ("doubles", "expected"))
        assert (
            refused.headers["Retry-After"] == str(next_s)
            and f"{next_s:.2f} s, more than 60 s; try again in {next_s} s" in refused.sentence
        )


def test_what_it_would_wait_elsewhere_counts():
    lane = Lane("the doubles", 1, waiting=5, seconds=60, wait_s=1.0)
    lane.check(1.0)
    with pytest.raises(Refused, match=r"would be 3\.20 s"):
        lane.check(3.2)


def test_whoever_finds_nobody_ahead_is_done_however_slow_it_was_before():
    clock = Clock()
    lane = Lane("the doubles", 1, waiting=5, seconds=60, wait_s=1.0, clock=clock)

    async def main():
        for seconds in (1000.0, *[0.001] * 100):
            await lane.run(clock.work, seconds)
            while lane._accepted:
                await asyncio.sleep(0.001)
        assert lane.expected_s == 0 and lane._pace.unit_s < 0.1

    asyncio.run(main())


def test_what_has_waited_too_long_is_given_up_and_never_done(hold):
    lane = Lane("the doubles", 1, waiting=5, seconds=60, wait_s=60)
    done, begun = [], threading.Event()

    async def main():
        first = asyncio.create_task(lane.run(lambda: begun.set() or hold.wait()))
        await asyncio.to_thread(begun.wait)
        lane._admission._wait_s = 0.05
        with pytest.raises(Refused) as caught:
            await lane.run(done.append, "late")
        assert caught.value.turned_away == ("doubles", "waited") and lane.waiting == 0
        lane._admission._wait_s = 60
        hold.set()
        assert await first
        assert await lane.run(lambda: "next") == "next"

    asyncio.run(main())
    assert done == []


def test_nothing_is_kept_of_what_was_given_up(hold):
    class Upload:
        pass

    lane = Lane("the doubles", 1, waiting=5, seconds=60, wait_s=60)
    upload = Upload()
    kept = weakref.ref(upload)

    async def main(uploads):
        begun = threading.Event()
        first = asyncio.create_task(lane.run(lambda: begun.set() or hold.wait()))
        await asyncio.to_thread(begun.wait)
        lane._admission._wait_s = 0.05
        with pytest.raises(Refused):
            await lane.run(str, uploads.pop())
        gc.collect()
        assert kept() is None
        lane._admission._wait_s = 60
        hold.set()
        await first

    uploads = [upload]
    del upload
    asyncio.run(main(uploads))


def test_a_client_that_goes_away_is_no_refusal(hold):
    lane = Lane("the doubles", 1, waiting=5, seconds=60, wait_s=60)

    async def main():
        task = asyncio.create_task(lane.run(hold.wait))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
