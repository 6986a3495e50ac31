"""The Ray engine: a task for each shard, on whatever nodes a Ray cluster has.

Retries are counted here, as in the local engine, and not left to Ray: a node that goes down costs its shards an
attempt, and they are given to the nodes that are left. Nothing but a shard's number and its manifest goes through Ray;
plan, model, ECGs and results lie in folders that every node sees at the same place.
"""

import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from twelvelead.commands.archive.attempts import Attempts
from twelvelead.commands.archive.job import Job
from twelvelead.commands.archive.shard import ShardScorer
from twelvelead.errors import TwelveleadError, needs_extra

__all__ = ["run_on_ray"]

TASKS_PER_CORE = 2
"""One at work, one waiting."""

GPU_SHARE = 0.25
"""Of a GPU that a task asks for with `device="cuda"`: reading and preparing keep several cores busy for one GPU."""

NO_CORE_S = 60.0
"""So long the cluster may have no core before that is an error."""


def run_on_ray(
    job: Job, todo: Iterator[int], workers: int, address: str | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Score shards on Ray; yields each finished shard's manifest.

    Args:
        job: what to score.
        todo: shards.
        workers: tasks at a time; 0: as many as the cluster has cores.
        address: of a cluster ("auto": the one that runs here); None: `RAY_ADDRESS`, else a new one on this machine. A
            connection that the program has already is used.

    Raises:
        TwelveleadError: Ray is not installed or not reachable, the results cannot be written, or a shard keeps ending
            processes.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    with needs_extra("ray"):
        import ray
    connected = bool(ray.is_initialized())
    if not connected:
        _connect(ray, address, workers)
    try:
        yield from _score_all(ray, job, todo, workers)
    finally:
        if not connected:
            ray.shutdown()


def _connect(ray: Any, address: str | None, workers: int) -> None:
    address = address or os.environ.get("RAY_ADDRESS")
    new = {"num_cpus": workers or None, "include_dashboard": False} if address is None else {}
    try:
        ray.init(address=address or "local", log_to_driver=False, logging_level="error", **new)
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = f"the Ray cluster {address}" if address else "Ray"
        raise TwelveleadError(f"{where} cannot be used: {str(error).splitlines()[0].rstrip('.')}.") from error


def _score_all(ray: Any, job: Job, todo: Iterator[int], workers: int) -> Iterator[tuple[int, dict[str, Any]]]:
    gpu = GPU_SHARE if job.device == "cuda" else 0
    task = ray.remote(num_cpus=1, num_gpus=gpu, max_retries=0, scheduling_strategy="SPREAD")(_score)
    text, attempts, cores = job.to_json(), Attempts(), _Cores(ray, gpu)
    again = deque[int]()
    running: dict[Any, int] = {}
    try:
        while True:
            room = min(workers or sys.maxsize, TASKS_PER_CORE * cores.count())
            while len(running) < room and (shard := again.popleft() if again else next(todo, None)) is not None:
                running[task.remote(text, shard, attempts.careful(shard))] = shard
            if not running and room:
                return
            for shard, answer in _finished(ray, running):
                if isinstance(answer, dict):
                    yield shard, answer
                else:
                    attempts.ended(shard, type(answer).__name__)
                    again.append(shard)
    finally:
        for reference in running:
            ray.cancel(reference, force=True)


def _finished(ray: Any, running: dict[Any, int]) -> Iterator[tuple[int, dict[str, Any] | Exception]]:
    """Takes what has ended within a second out of `running`: a shard and its manifest, or what ended its task.

    Raises:
        TwelveleadError: the task says that the work cannot go on.
    """
    if not running:  # no node is there; one may come
        time.sleep(1)
        return
    ready, _ = ray.wait(list(running), num_returns=1, timeout=1.0)
    for reference in ready:
        shard = running.pop(reference)
        try:
            answer = ray.get(reference)
        except ray.exceptions.RayError as error:  # node, process or reader died
            yield shard, error
            continue
        if "error" in answer:
            raise TwelveleadError(answer["error"])
        yield shard, answer["done"]


def _score(job: str, shard: int, careful: bool) -> dict[str, Any]:
    """Runs on a node: the manifest, or an error that ends the work."""
    try:
        return {"done": _scorer(job).score(shard, careful)}
    except TwelveleadError as error:
        return {"error": str(error)}


@lru_cache(maxsize=1)
def _scorer(job: str) -> ShardScorer:
    """Kept from shard to shard: Ray gives a process many tasks."""
    return ShardScorer(Job.from_json(job))


class _Cores:
    """How many cores the cluster has now that can be used, each with its share of a GPU where one is wanted."""

    def __init__(self, ray: Any, gpu: float) -> None:
        self._ray, self._gpu = ray, gpu
        self._seen = time.monotonic()

    def count(self) -> int:
        """Cores of all nodes that are alive.

        Raises:
            TwelveleadError: there has been none for a while.
        """
        there = self._ray.cluster_resources()
        found = int(there.get("CPU", 0))
        if self._gpu:
            found = min(found, int(there.get("GPU", 0) / self._gpu))
        if found:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > NO_CORE_S:
            what = "GPU" if self._gpu else "core"
            raise TwelveleadError(f"the Ray cluster has no {what}; what is finished stays, the same command goes on.")
        return found
