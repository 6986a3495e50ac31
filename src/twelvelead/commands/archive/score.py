"""`score`: an archive of ECGs in, a folder of Parquet files out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from twelvelead.commands.archive.folder import LOCK, make_folder, open_plan
from twelvelead.commands.archive.job import Job
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.local import run_local
from twelvelead.commands.archive.tally import ScoreTotals, Tally, finish
from twelvelead.config import Device, MissingLeads
from twelvelead.errors import ConfigError, require_choice
from twelvelead.files import locked
from twelvelead.inference.backend import usable_cores
from twelvelead.inference.model_digests import model_digests
from twelvelead.inference.predict import ReadingHints
from twelvelead.inference.shipped import find_model

__all__ = ["ENGINES", "Engine", "ScoreTotals", "score"]

Engine = Literal["local", "ray"]
ENGINES: tuple[Engine, ...] = ("local", "ray")

SHARD_SIZE = 2048
"""ECGs: some 20 s of one core. A multiple of what is predicted together, so that batches are those of `predict`."""


def score(
    sources: str | Path | Sequence[str | Path],
    out: str | Path,
    run: str | Path | None = None,
    *,
    engine: Engine = "local",
    workers: int = 0,
    device: Device = "auto",
    rate_hz: float | None = None,
    leads: Sequence[str] | None = None,
    unit: str | None = None,
    missing_leads: MissingLeads = "refuse",
    shard_size: int = SHARD_SIZE,
    store: str | Path | None = None,
    ray_address: str | None = None,
    found: Callable[[int], None] | None = None,
    begun: Callable[[], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ScoreTotals:
    """Score an archive of ECGs into partitioned Parquet; called again after any break, it goes on.

    Args:
        sources: files and folders of files; or one data folder in PTB-XL's layout, or its signal store.
        out: folder for the results: new, empty, or of the same call before.
        run: as for `load`.
        engine: "local": processes of this machine; "ray": a Ray cluster.
        workers: processes, or Ray tasks at a time; 0: one for each core.
        device: where the model computes; "auto" takes the GPU if there is one.
        rate_hz: samples per second, for files that do not say it; of a data folder, which of its copies.
        leads: lead names in the order of the columns, for files that do not name them.
        unit: of the samples, such as "mV" or "uV", likewise.
        missing_leads: "zero" predicts without leads that are not there and cannot be derived.
        shard_size: ECGs of one Parquet file; also the most that a break costs each process.
        store: where a data folder's signal store is, if not where `prepare` puts it.
        ray_address: of a Ray cluster; None: `RAY_ADDRESS`, else a new one on this machine.
        found: called with the number of ECGs listed so far.
        begun: called once, when all ECGs are listed and nothing stands against scoring them.
        progress: called with (ECGs done, ECGs in all) now and then.

    Raises:
        ConfigError: an option is not allowed, or `out` holds something else.
        DataError: a source cannot be used, there is no ECG, or the results cannot be written.
        CheckpointError: there is no such model.
        TwelveleadError: a process cannot start, or Ray is not there.
    """
    require_choice("engine", engine, ENGINES)
    _check_numbers(workers, shard_size)
    named = [sources] if isinstance(sources, str | Path) else list(sources)
    paths, folder = [Path(source) for source in named], Path(out).absolute()
    leads = tuple(leads.split(",")) if isinstance(leads, str) else leads
    model = find_model(run).absolute()
    layout = Layout(folder)
    make_folder(folder)
    with locked(folder, ConfigError(f"another process is scoring into {folder}."), name=LOCK):
        options = ReadingHints(rate_hz, leads, unit, missing_leads)
        plan, where = open_plan(folder, paths, model, options, shard_size, Path(store) if store else None, found)
        hints = ReadingHints(missing_leads=missing_leads) if where else options
        job = Job(str(folder), str(model), model_digests(model), hints, device, where)
        layout.clear_leftovers()
        if begun:
            begun()
        tally = Tally(plan, progress)
        todo = tally.unfinished(layout)
        with closing(_events(engine, job, todo, workers, ray_address)) as events:
            try:
                for shard, event in events:
                    tally.note(shard, event)
            except KeyboardInterrupt:
                raise KeyboardInterrupt(tally.stopped()) from None
        return finish(layout, plan, tally)


def _check_numbers(workers: int, shard_size: int) -> None:
    if workers < 0:
        raise ConfigError(f"--workers is {workers}; allowed is 0 (one for each core) or more.")
    if shard_size < 1:
        raise ConfigError(f"--shard-size is {shard_size}; allowed is 1 or more.")


def _events(engine: Engine, job: Job, todo: Iterator[int], workers: int, address: str | None) -> Any:
    if engine == "ray":
        from twelvelead.commands.archive.on_ray import run_on_ray

        return run_on_ray(job, todo, workers, address)
    return run_local(job, todo, workers or usable_cores())
