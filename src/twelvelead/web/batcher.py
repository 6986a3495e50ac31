"""One thread computes for all: whatever waits for the model goes through it together.

While a batch is computed the next one gathers, so nothing waits for a batch to fill. A long recording goes in pieces,
turn by turn with the others.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twelvelead.inference.backend import CHUNK_RECORDS
from twelvelead.web.refusal import busy

__all__ = ["Batcher"]

Windows = NDArray[np.float32]
Scores = NDArray[np.float64]

PIECE_WINDOWS = 8
"""Of one recording, before the next one has its turn: 80 s."""

GATHER_S = 0.002
"""Waited for more after the first request of an idle model."""


@dataclass
class _Job:
    windows: Windows
    future: Future[Scores] = field(default_factory=Future)
    scores: list[Scores] = field(default_factory=list)
    taken: int = 0

    def next_piece(self, most: int) -> Windows:
        piece = self.windows[self.taken : self.taken + min(most, PIECE_WINDOWS)]
        self.taken += len(piece)
        return piece


class Batcher:
    """Collects windows of recordings and has them computed together.

    Args:
        score: `Model.score`.
        waiting: recordings that may wait or be computed; more are refused at once.
        seconds: after which a recording that waits is given up.
        on_batch: called with the number of windows of each batch.
    """

    def __init__(
        self,
        score: Callable[[Sequence[Windows]], list[Scores]],
        waiting: int,
        seconds: float,
        on_batch: Callable[[int], None] = lambda windows: None,
    ) -> None:
        self._score = score
        self._most = waiting
        self._seconds = seconds
        self._on_batch = on_batch
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="batcher")

    @property
    def waiting(self) -> int:
        """Recordings that wait."""
        return len(self._jobs)

    @property
    def alive(self) -> bool:
        """Whether it computes."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to compute."""
        self._thread.start()

    def close(self) -> None:
        """Compute no more; what waits is cancelled."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join()

    async def score(self, windows: Windows) -> Scores:
        """Probabilities `(window, class)` of one recording's windows `(window, time, lead)`.

        Raises:
            Refused: too many wait already, or it took too long.
        """
        job = _Job(windows)
        with self._changed:
            if self._closed or len(self._jobs) >= self._most:
                raise busy("too many ECGs wait for the model")
            self._jobs.append(job)
            self._changed.notify()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(job.future), self._seconds)
        except TimeoutError:
            raise busy("the model took too long") from None

    def _run(self) -> None:
        while batch := self._next_batch():
            self._compute(batch)

    def _next_batch(self) -> list[tuple[_Job, Windows]]:
        """Pieces of the waiting jobs in turn, as many as fit; none when closed."""
        with self._changed:
            if not self._jobs and not self._closed:
                self._changed.wait_for(lambda: self._jobs or self._closed)
                self._gather()
            if self._closed:
                for job in self._jobs:
                    job.future.cancel()
                return []
            return self._pieces()

    def _gather(self) -> None:
        end = time.monotonic() + GATHER_S
        while not self._closed and (left := end - time.monotonic()) > 0:
            self._changed.wait(left)

    def _pieces(self) -> list[tuple[_Job, Windows]]:
        room, pieces = CHUNK_RECORDS, []
        while room and self._jobs:
            job = self._jobs.popleft()
            if not job.taken and not job.future.set_running_or_notify_cancel():
                continue
            piece = job.next_piece(room)
            pieces.append((job, piece))
            room -= len(piece)
            if job.taken < len(job.windows):
                self._jobs.append(job)
        return pieces

    def _compute(self, batch: list[tuple[_Job, Windows]]) -> None:
        self._on_batch(sum(len(piece) for _, piece in batch))
        try:
            scores = self._score([piece for _, piece in batch])
        except Exception as error:
            self._compute_apart(batch, error)
            return
        for (job, _), found in zip(batch, scores):
            self._add(job, found)

    def _compute_apart(self, batch: list[tuple[_Job, Windows]], error: Exception) -> None:
        """One recording's failure must not be the others'."""
        for job, piece in batch:
            try:
                if len(batch) == 1:
                    raise error
                self._add(job, self._score([piece])[0])
            except Exception as own:
                if not job.future.done():
                    job.future.set_exception(own)
                job.taken = len(job.windows)

    def _add(self, job: _Job, scores: Scores) -> None:
        job.scores.append(scores)
        if sum(map(len, job.scores)) == len(job.windows) and not job.future.done():
            job.future.set_result(np.concatenate(job.scores))
