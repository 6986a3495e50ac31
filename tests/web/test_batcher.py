"""What waits is computed together, and each gets its own answer."""

import asyncio
import threading

import numpy as np
import pytest

from twelvelead.web.batcher import PIECE_WINDOWS, Batcher
from twelvelead.web.refusal import Refused


class Backend:
    """Answers with the mean of each window; may be held up, and refuses windows of minus one."""

    def __init__(self):
        self.go = threading.Event()
        self.begun = threading.Event()
        self.batches = []

    def score(self, pieces):
        self.batches.append([len(piece) for piece in pieces])
        self.begun.set()
        self.go.wait()
        if any((piece == -1).any() for piece in pieces):
            raise ValueError("minus one")
        return [piece.mean(axis=(1, 2))[:, None] for piece in pieces]


@pytest.fixture
def backend():
    made = Backend()
    yield made
    made.go.set()


def windows(value, count=1, length=10):
    return np.full((count, length, 12), value, np.float32)


def run(batcher, first, others, backend):
    """Send `first`; when it is being computed, send the others; then let the backend go on."""

    async def main():
        begun = asyncio.create_task(batcher.score(first))
        await asyncio.to_thread(backend.begun.wait)
        tasks = [asyncio.create_task(batcher.score(other)) for other in others]
        for _ in range(3):
            await asyncio.sleep(0)
        backend.go.set()
        return await asyncio.gather(begun, *tasks, return_exceptions=True)

    batcher.start()
    try:
        return asyncio.run(main())
    finally:
        batcher.close()


def test_all_that_wait_are_computed_together(backend):
    counted = []
    batcher = Batcher(backend.score, 100, 60, 60, counted.append)
    found = run(batcher, windows(0), [windows(value) for value in range(1, 21)], backend)
    assert [scores[0, 0] for scores in found] == list(range(21))
    assert backend.batches == [[1], [1] * 20] and counted == [1, 20]


def test_a_batch_has_an_end(backend):
    found = run(Batcher(backend.score, 100, 60, 60), windows(0), [windows(value) for value in range(1, 41)], backend)
    assert [scores[0, 0] for scores in found] == list(range(41))
    assert [sum(batch) for batch in backend.batches] == [1, 32, 8]


def test_a_long_recording_goes_turn_by_turn_with_others(backend):
    long = windows(5, 100)
    long[:, :, :] = np.arange(100)[:, None, None]
    found = run(Batcher(backend.score, 100, 60, 60), windows(0), [long, *(windows(v) for v in (1, 2, 3))], backend)
    assert backend.batches[1][:4] == [PIECE_WINDOWS, 1, 1, 1]
    assert found[1][:, 0].tolist() == list(range(100))
    assert [scores[0, 0] for scores in found[2:]] == [1, 2, 3]


def test_one_that_fails_does_not_fail_the_others(backend):
    found = run(Batcher(backend.score, 100, 60, 60), windows(0), [windows(1), windows(-1), windows(2)], backend)
    assert isinstance(found[2], ValueError)
    assert [scores[0, 0] for scores in (found[0], found[1], found[3])] == [0, 1, 2]


def test_a_full_queue_refuses_at_once(backend):
    found = run(Batcher(backend.score, 2, 60, 60), windows(0), [windows(v) for v in (1, 2, 3)], backend)
    assert [scores[0, 0] for scores in found[:3]] == [0, 1, 2]
    assert isinstance(found[3], Refused) and found[3].status == 503 and found[3].headers["Retry-After"]
    assert found[3].turned_away == ("model", "full")


def test_who_would_wait_too_long_is_refused_on_arrival(backend):
    """At 2.9 s a window: a piece of 8, then one of 8 and one of 5, leave nothing of 60 s for one more."""
    now = 0.0

    def score(pieces):
        nonlocal now
        found = backend.score(pieces)
        now += 2.9 * sum(map(len, pieces))
        return found

    batcher = Batcher(score, 100, 600, 60, clock=lambda: now)
    batcher.start()

    async def main():
        backend.go.set()
        await batcher.score(windows(0, 10))
        while batcher._computing:
            await asyncio.sleep(0.001)
        assert batcher.expected_s == 0 and batcher._pace.unit_s == pytest.approx(2.9)
        backend.go.clear()
        backend.begun.clear()
        computed = asyncio.create_task(batcher.score(windows(1, 8)))
        await asyncio.to_thread(backend.begun.wait)
        assert batcher.expected_s == pytest.approx(23.2)
        waiting = [asyncio.create_task(batcher.score(windows(2, count))) for count in (100, 5)]
        await asyncio.sleep(0)
        assert batcher.expected_s == pytest.approx(2.9 * (8 + PIECE_WINDOWS + 5))
        with pytest.raises(Refused) as caught:
            await batcher.score(windows(3))
        backend.go.set()
        await asyncio.gather(computed, *waiting)
        return caught.value

    refused = asyncio.run(main())
    batcher.close()
    assert refused.turned_away == ("model", "expected") and refused.headers["Retry-After"] == "61"


def test_what_has_waited_too_long_is_given_up_and_the_next_is_answered(backend):
    batcher = Batcher(backend.score, 10, 60, 60)
    batcher.start()

    async def main():
        first = asyncio.create_task(batcher.score(windows(0)))
        await asyncio.to_thread(backend.begun.wait)
        batcher._admission._wait_s = 0.05
        found = await asyncio.gather(batcher.score(windows(1)), batcher.score(windows(2)), return_exceptions=True)
        assert [refused.turned_away for refused in found] == [("model", "waited")] * 2
        assert batcher.waiting == 0
        batcher._admission._wait_s = 60
        backend.go.set()
        await first
        while batcher._jobs:
            await asyncio.sleep(0.001)
        return await batcher.score(windows(3))

    assert asyncio.run(main())[0, 0] == 3
    batcher.close()
    assert backend.batches == [[1], [1]]


def test_what_waits_too_long_is_given_up_and_not_computed(backend):
    batcher = Batcher(backend.score, 10, 0.05, 60)
    batcher.start()

    async def main():
        results = await asyncio.gather(batcher.score(windows(1)), batcher.score(windows(2, 64)), return_exceptions=True)
        assert all(isinstance(result, Refused) for result in results)

    asyncio.run(main())
    backend.go.set()
    batcher.close()
    assert not batcher.alive


def test_closing_ends_what_waits(backend):
    batcher = Batcher(backend.score, 10, 60, 60)

    async def main():
        task = asyncio.create_task(batcher.score(windows(1)))
        await asyncio.sleep(0)
        batcher._closed = True
        batcher.start()
        await asyncio.to_thread(batcher.close)
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(Refused):
            await batcher.score(windows(1))

    asyncio.run(main())
