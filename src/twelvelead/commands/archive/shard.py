"""`ShardScorer`: one shard of a plan in, its Parquet files and its manifest out. Every engine calls it.

What it writes depends on nothing but plan and model, and each file appears whole under its name, so that a shard that
two processes score, because one was thought dead, is there once all the same.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.commands.archive.careful import forget, poisonous
from twelvelead.commands.archive.job import Job
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.plan import PlannedEcg, read_plan
from twelvelead.commands.archive.table import write_table
from twelvelead.data.store.array_file import SIGNALS_FILE
from twelvelead.errors import CheckpointError, DataError
from twelvelead.files import write_json
from twelvelead.formats.recording import Recording, make_recording
from twelvelead.inference.model_digests import model_digests
from twelvelead.inference.predict import Prediction, load
from twelvelead.leads import LEADS, UNITS_PER_MV

__all__ = ["ShardScorer"]


class ShardScorer:
    """Scores shards of one archive; made once a process.

    Args:
        job: what to score, with which model.

    Raises:
        CheckpointError: the model is not the one that was planned.
        DataError: there is no plan, or the signal store has changed.
    """

    def __init__(self, job: Job) -> None:
        plan = read_plan(job.folder)
        if plan is None:
            raise DataError(f"no plan in {job.out}; is it the same folder on every machine?")
        if model_digests(Path(job.model)) != job.model_digests:
            raise CheckpointError(f"{job.model} has changed since the plan was made, or is not the same everywhere.")
        self._job = job
        self._plan = plan
        self._layout = Layout(job.folder)
        # One thread: the processes beside this one have the other cores.
        self._model = load(job.model, job.device, workers=1)
        self._signals = None
        if job.store is not None:
            job.store.check()
            mapped = np.lib.format.open_memmap(Path(job.store.folder) / SIGNALS_FILE, mode="r")
            self._signals = mapped.view(np.ndarray)

    def score(self, shard: int, careful: bool = False, progress: Callable[[int], None] | None = None) -> dict[str, Any]:
        """Score a shard, unless that is done already, and give its manifest.

        Args:
            shard: its number.
            careful: try each ECG by itself first, for a shard that has ended processes before.
            progress: called with the number of ECGs done now and then.

        Raises:
            DataError: the results cannot be written.
        """
        finished = self._layout.finished(shard)
        if finished is not None:
            return finished
        ecgs = self._plan.read(shard)
        note = self._layout.careful_note(shard)
        poison = poisonous(note, len(ecgs), lambda i: self._alone(ecgs[i]), progress) if careful else {}
        reasons = [poison.get(i) or ecg.reason for i, ecg in enumerate(ecgs)]
        good: list[tuple[PlannedEcg, Prediction]] = []
        bad: list[tuple[PlannedEcg, str]] = []
        for done, (ecg, answer) in enumerate(self._answers(ecgs, reasons), 1):
            if answer.error is None:
                good.append((ecg, answer))
            else:
                bad.append((ecg, answer.error))
            if progress and done % REPORT_EVERY == 0:
                progress(done)
        manifest = self._publish(shard, good, bad)
        forget(note)
        return manifest

    def _answers(self, ecgs: Sequence[PlannedEcg], reasons: Sequence[str]) -> Iterator[tuple[PlannedEcg, Prediction]]:
        """An answer for each ECG; those with a reason are not looked at."""
        wanted = (self._source(ecg) for ecg, reason in zip(ecgs, reasons) if not reason)
        predicted = self._model.predict_files(wanted, self._job.hints)
        for ecg, reason in zip(ecgs, reasons):
            answer = Prediction(ecg.shown, error=reason) if reason else replace(next(predicted), file=ecg.shown)
            yield ecg, answer

    def _alone(self, ecg: PlannedEcg) -> None:
        if not ecg.reason:
            list(self._model.predict_files([self._source(ecg)], self._job.hints))

    def _source(self, ecg: PlannedEcg) -> Path | Recording:
        if ecg.row is None:
            return Path(ecg.file)
        assert self._signals is not None and self._job.store is not None
        # The very division by which a file's samples become millivolts, for the same bits.
        signal_mv = self._signals[ecg.row].astype(np.float64) / UNITS_PER_MV
        return make_recording(signal_mv, self._job.store.rate_hz, LEADS, Path(ecg.file).name, units=["mV"])

    def _publish(
        self, shard: int, good: Sequence[tuple[PlannedEcg, Prediction]], bad: Sequence[tuple[PlannedEcg, str]]
    ) -> dict[str, Any]:
        """Write the shard's tables, then its manifest."""
        out, part, bad_part = self._layout.out, self._layout.part(shard), self._layout.bad_part(shard)
        files = {}
        classes, digests, with_ids = self._model.info.classes, self._job.model_digests, self._signals is not None
        with _writing(out):
            files[part.relative_to(out).as_posix()] = write_table(part, good, classes, digests, with_ids)
            if bad:
                files[bad_part.relative_to(out).as_posix()] = write_table(bad_part, bad, None, digests, with_ids)
            else:
                bad_part.unlink(missing_ok=True)
            manifest = {
                "shard": shard,
                "ecgs": len(good) + len(bad),
                "scored": len(good),
                "bad": len(bad),
                "files": files,
            }
            write_json(self._layout.shard_manifest(shard), manifest)
        return manifest


REPORT_EVERY = 32
"""ECGs between two words of progress."""


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(f"the results in {out} cannot be written: {error.strerror or error}.") from error
