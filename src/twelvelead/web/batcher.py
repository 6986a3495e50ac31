"""One thread computes for all: whatever waits for the model goes through it together.

While a batch is computed the next one gathers, so nothing waits for a batch to fill. A long recording goes in pieces,
turn by turn with the others.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twelvelead.inference.backend import CHUNK_RECORDS
from twelvelead.web.admission import Admission, Pace
from twelvelead.web.refusal import busy

__all__ = ["Batcher"]

Windows = NDArray[np.float32]
Scores = NDArray[np.float64]

PIECE_WINDOWS = 8
"""Of one recording, before the next one has its turn: 80 s."""


@dataclass
class _Job:
    windows: Windows
    future: Future[Scores] = field(default_factory=Future)
    scores: list[Scores] = field(default_factory=list)
    taken: int = 0

    @property
    def next_size(self) -> int:
        """Windows of it that are computed before another's turn."""
        return min(len(self.windows) - self.taken, PIECE_WINDOWS)

    def next_piece(self, most: int) -> Windows:
        piece = self.windows[self.taken : self.taken + min(most, self.next_size)]
        self.taken += len(piece)
        return piece


class Batcher:
    """Collects windows of recordings and has them computed together.

    Args:
        score: `Model.score`.
        waiting: recordings that may wait or be computed; more are refused at once.
        seconds: after which no recording's answer is waited for.
        wait_s: after which a recording that waits for its turn is given up; one that would wait longer is refused.
        on_batch: called with the number of windows of each batch.
        clock: seconds, as of `time.monotonic`.
    """

    def __init__(
        self,
        score: Callable[[Sequence[Windows]], list[Scores]],
        waiting: int,
        seconds: float,
        wait_s: float,
        on_batch: Callable[[int], None] = lambda windows: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._score = score
        self._admission = Admission("the model", waiting, wait_s, seconds)
        self._on_batch = on_batch
        self._clock = clock
        self._pace = Pace()
        self._computing = 0
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="batcher")

    @property
    def waiting(self) -> int:
        """Recordings that wait."""
        return len(self._awaited())

    @property
    def expected_s(self) -> float:
        """Seconds that the next recording would wait: for what is computed, and a piece of each that waits."""
        ahead = self._computing + sum(job.next_size for job in self._awaited())
        return ahead * self._pace.unit_s

    def check(self) -> None:
        """See whether one more may come.

        Raises:
            Refused: too many wait already, or it would wait too long.
        """
        self._admission.check(self.waiting, self.expected_s)

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
            Refused: too many wait already, it would wait too long or does, or it took too long.
        """
        job = _Job(windows)
        with self._changed:
            if self._closed:
                raise busy("the service ends", "model", "down")
            self.check()
            self._jobs.append(job)
            self._changed.notify()
        return await self._admission.result(job.future)

    def _awaited(self) -> list[_Job]:
        with self._changed:
            return [job for job in self._jobs if not job.future.cancelled()]

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            if batch:  # else all that waited were given up
                self._compute(batch)

    def _next_batch(self) -> list[tuple[_Job, Windows]] | None:
        """Pieces of the waiting jobs in turn, as many as fit; None when closed."""
        with self._changed:
            if not self._jobs and not self._closed:
                self._changed.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                for job in self._jobs:
                    job.future.cancel()
                return None
            return self._pieces()

    def _pieces(self) -> list[tuple[_Job, Windows]]:
        room, pieces, again = CHUNK_RECORDS, [], []
        while room and self._jobs:
            job = self._jobs.popleft()
            if job.future.done() or (not job.taken and not job.future.set_running_or_notify_cancel()):
                continue
            piece = job.next_piece(room)
            pieces.append((job, piece))
            room -= len(piece)
            if job.taken < len(job.windows):
                again.append(job)  # one piece a batch: who comes now waits for a piece, not for a recording
        self._jobs.extend(again)
        self._computing = CHUNK_RECORDS - room
        return pieces

    def _compute(self, batch: list[tuple[_Job, Windows]]) -> None:
        windows = sum(len(piece) for _, piece in batch)
        self._on_batch(windows)
        begin = self._clock()
        found = self._scores([piece for _, piece in batch])
        with self._changed:  # before anybody is answered, who may ask again at once
            self._pace.add(self._clock() - begin, windows)
            self._computing = 0
        for (job, _), scores in zip(batch, found):
            _add(job, scores)

    def _scores(self, pieces: list[Windows]) -> list[Scores | Exception]:
        """Of each piece; one recording's failure must not be the others'."""
        try:
            return [*self._score(pieces)]
        except Exception as error:
            if len(pieces) == 1:
                return [error]
            return [scores for piece in pieces for scores in self._scores([piece])]


def _add(job: _Job, scores: Scores | Exception) -> None:
    if job.future.done():
        return
    if isinstance(scores, Exception):
        job.future.set_exception(scores)
        return
    job.scores.append(scores)
    if sum(map(len, job.scores)) == len(job.windows):
        job.future.set_result(np.concatenate(job.scores))
