"""Progress on stderr: a live bar in a terminal, a line now and then elsewhere. Results go to stdout, never here."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from twelvelead.processes import is_main_process

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

__all__ = ["TrainingProgress", "counting", "found", "say", "transferring"]

LINE_EVERY_S = 5.0
"""Where stderr is no terminal: at most one line in so many seconds."""

READ_LOSS_EVERY_S = 0.5

UNSTEADY = 5.0
"""A slowest step this many times the median one, early in a training, is worth a word."""

EARLY_STEPS = 30


def say(text: str) -> None:
    """One line on stderr, from the main process only."""
    if is_main_process():
        print(text, file=sys.stderr, flush=True)


@contextmanager
def counting(what: str, rate: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call with (done, in all); shows count and time left while there is something to count.

    Args:
        what: is counted.
        rate: whether to show how many a second as well.
    """
    if not (sys.stderr.isatty() and is_main_process()):
        yield _Lines(what, rate)
        return
    columns = [_text("{task.completed:,.0f}/{task.total:,.0f}"), *([_text("{task.fields[rate]}")] if rate else [])]
    bar = _bar(*columns)
    task = bar.add_task(what, total=0, rate="")
    speed = _Speed()

    def show(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total, rate=f"{speed.now(done):,.0f} a second")
        if done >= total:
            bar.stop()  # what comes next may have a bar of its own

    try:
        yield show
    finally:
        bar.stop()


@contextmanager
def transferring(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call with (bytes done, bytes in all); shows both, the speed and the time left."""
    if not (sys.stderr.isatty() and is_main_process()):
        yield _TransferLines(what)
        return
    from rich.progress import DownloadColumn, TransferSpeedColumn

    bar = _bar(DownloadColumn(), TransferSpeedColumn())
    task: Any = None

    def show(done: int, total: int) -> None:
        nonlocal task
        if task is None:  # what was there before the start has no part in the speed
            task = bar.add_task(what, total=total, completed=done)
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()


class _Lines:
    """A line now and then, and one at the end."""

    def __init__(self, what: str, rate: bool = False) -> None:
        self._what = what
        self._last = time.monotonic()
        self._speed = _Speed() if rate else None

    def __call__(self, done: int, total: int) -> None:
        speed = self._speed.now(done) if self._speed else 0.0
        if done >= total or time.monotonic() - self._last > LINE_EVERY_S:
            self._last = time.monotonic()
            line = f"{self._what}: {done:,}/{total:,}"
            if speed > 0:
                line += f", {speed:,.1f} a second"
                line += f", {_time((total - done) / speed)} left" if done < total else ""
            say(line)


class _Speed:
    """How many a second since the first call; what was done before has no part in it."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def now(self, done: int) -> float:
        """The speed so far."""
        begun, before = self._first = self._first or (time.monotonic(), done)
        return (done - before) / max(1e-9, time.monotonic() - begun) if done > before else 0.0


def found(what: str) -> Callable[[int], None]:
    """Give a function to call with a count whose end is not known; shows it in a line now and then."""
    last = time.monotonic()

    def show(count: int) -> None:
        nonlocal last
        if time.monotonic() - last > LINE_EVERY_S:
            last = time.monotonic()
            say(f"{what}: {count:,}")

    return show


class _TransferLines:
    """A line of megabytes, speed and time left now and then, and one at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = self._last = time.monotonic()
        self._before: int | None = None
        self._ended = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._before is None:
            self._begun, self._before = now, done
        ended = done >= total
        if self._ended or not (ended or now - self._last > LINE_EVERY_S):
            return
        self._last, self._ended = now, ended
        speed = (done - self._before) / max(1e-9, now - self._begun)
        line = f"{self._what}: {done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
        if not ended and speed > 0:
            line += f", {speed / 1e6:,.2f} MB/s, {_time((total - done) / speed)} left"
        say(line)


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"


class TrainingProgress:
    """Shows a training: a live bar with ECGs per second, and a line for each finished epoch.

    Fits `twelvelead.training.fit.Watcher`.
    """

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._bar = _bar(_text("{task.fields[rate]}")) if sys.stderr.isatty() and is_main_process() else None
        self._task: Any = None
        self._begun = 0.0
        self._done = 0
        self._steps: list[float] = []
        self._last = 0.0
        self._warned = False
        self._read = 0.0
        self._loss = float("nan")
        self._scores = ""

    def __enter__(self) -> "TrainingProgress":
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()

    def begin_epoch(self, epoch: int, steps: int) -> None:
        """An epoch of so many steps begins."""
        self._begun = self._last = time.perf_counter()
        self._done = 0
        if self._bar:
            self._bar.start()
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(f"epoch {epoch}/{self._epochs}", total=steps, rate="")

    def step(self, records: int, loss: Any) -> None:
        """A step of so many records with this loss (a scalar tensor) is done."""
        now = time.perf_counter()
        self._done += records
        self._watch_steps(now - self._last)
        self._last = now
        if self._bar:
            if now - self._read > READ_LOSS_EVERY_S:  # reading the loss makes a GPU wait for its work
                self._read, self._loss = now, float(loss)
            rate = f"{self._done / max(1e-9, now - self._begun):,.0f} ECG/s"
            shown = f"loss {self._loss:.3f}  {self._scores}{rate}"
            self._bar.update(self._task, advance=1, rate=shown)

    def end_epoch(self, epoch: Any, best: bool) -> None:
        """The epoch is done; `epoch` is a `twelvelead.training.history.Epoch`."""
        area = "N/A" if epoch.val_macro_auc is None else f"{epoch.val_macro_auc:.4f}"
        self._scores = f"val loss {epoch.val_loss:.3f}  val macro AUC {area}  "
        line = (
            f"epoch {epoch.epoch:>3}/{self._epochs}  train loss {epoch.train_loss:.4f}  "
            f"val loss {epoch.val_loss:.4f}  val macro AUC {area}  {epoch.seconds:.1f} s"
            f"{'  *' if best else ''}"
        )
        if self._bar:
            self._bar.console.print(line, highlight=False, markup=False)
        else:
            say(line)

    def _watch_steps(self, seconds: float) -> None:
        if self._warned or len(self._steps) >= EARLY_STEPS:
            return
        self._steps.append(seconds)
        if len(self._steps) < EARLY_STEPS:
            return
        usual = sorted(self._steps)
        median, slowest = (
            usual[len(usual) // 2],
            usual[-2],
        )  # the very slowest is the first step's set-up
        if slowest > UNSTEADY * median:
            self._warned = True
            say(
                f"note: steps take from {usual[0] * 1000:.0f} to {slowest * 1000:.0f} ms: other work on this machine "
                "disturbs the threads; try --threads 1, or OMP_WAIT_POLICY=PASSIVE in the environment"
            )


def _text(template: str) -> "ProgressColumn":
    from rich.progress import TextColumn

    return TextColumn(template)


def _bar(*columns: "ProgressColumn") -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *columns,
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
