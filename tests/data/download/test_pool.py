import threading

import pytest

from twelvelead.data.download.pool import in_parallel


def results(work, jobs, threads, stop=None):
    return [found for found in in_parallel(work, jobs, threads, stop or threading.Event()) if found]


@pytest.mark.parametrize("threads", [1, 3, 50])
def test_every_job_is_done_once(threads):
    assert sorted(results(lambda job: job * job, range(20), threads)) == [(job, job * job) for job in range(20)]


def test_no_job_is_no_work():
    assert results(print, [], 3) == []


def test_so_many_at_a_time():
    together = threading.Barrier(4)
    assert len(results(lambda job: together.wait(timeout=60), range(8), 4)) == 8


def test_a_failure_is_raised_here_and_ends_the_rest():
    stop, begun = threading.Event(), []

    def work(job):
        begun.append(job)
        if job == 2:
            raise RuntimeError("job 2")
        stop.wait(0.001)

    with pytest.raises(RuntimeError, match="job 2"):
        results(work, range(10_000), 2, stop)
    assert stop.is_set() and len(begun) < 10_000


def test_ticks_while_nothing_gets_done():
    stop, go_on = threading.Event(), threading.Event()
    seen = []
    for found in in_parallel(lambda job: go_on.wait(60), [1], 1, stop):
        seen.append(found)
        go_on.set()
    assert seen[0] is None and seen[-1] == (1, True)
    assert not stop.is_set()


def test_when_the_caller_goes_away_it_stops():
    stop = threading.Event()
    working = in_parallel(lambda job: stop.wait(60), range(100), 2, stop)
    assert next(working) is None
    working.close()
    assert stop.is_set()
