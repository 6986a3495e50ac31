"""So many at a time, so many more wait, further ones are refused at once."""

import asyncio
import threading

import pytest

from twelvelead.web.lane import Lane
from twelvelead.web.refusal import Refused


@pytest.fixture
def hold():
    held = threading.Event()
    yield held
    held.set()


def test_what_is_too_much_is_refused_at_once_and_the_rest_is_done(hold):
    lane = Lane("the doubles", threads=1, waiting=2, seconds=60)

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
    assert refused.status == 503 and refused.headers["Retry-After"] and "the doubles are busy" in refused.sentence
    assert lane.waiting == 0


def test_errors_pass_and_make_room():
    lane = Lane("the doubles", threads=1, waiting=0, seconds=60)

    async def main():
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await lane.run(lambda: 1 / 0)
            while lane._accepted:  # the thread leaves a moment after it has answered
                await asyncio.sleep(0.001)

    asyncio.run(main())


def test_what_takes_too_long_is_given_up(hold):
    lane = Lane("the doubles", threads=1, waiting=5, seconds=0.05)

    async def main():
        results = await asyncio.gather(lane.run(hold.wait), lane.run(lambda: "late"), return_exceptions=True)
        assert [type(result) for result in results] == [Refused, Refused]
        assert all(result.status == 503 for result in results)

    asyncio.run(main())
    hold.set()
