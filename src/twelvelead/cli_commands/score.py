"""`twelvelead score`: options, help, what is printed."""

from dataclasses import asdict
from pathlib import Path
from typing import Literal

from twelvelead.cli_commands.shared import EPILOGUE, Json, print_json, reading_hints, say_model
from twelvelead.config import Device, MissingLeads
from twelvelead.errors import ConfigError
from twelvelead.progress import counting, found

__all__ = ["score"]


def score(
    *source: Path,
    out: Path,
    run: str | None = None,
    engine: Literal["local", "ray"] = "local",
    workers: int = 0,
    device: Device = "auto",
    rate: float | None = None,
    leads: str | None = None,
    unit: str | None = None,
    missing_leads: MissingLeads = "refuse",
    shard_size: int = 2048,
    store: Path | None = None,
    ray_address: str | None = None,
    json_: Json = False,
) -> int:
    """Score an archive of any number of ECGs into a folder of Parquet files.

    OUT/parts is one table, a row an ECG; OUT/bad has the ECGs without an answer, and why. Stopped at any point, the
    same command goes on with what is not finished.

    Examples:
      twelvelead score archive --out scores
      twelvelead score ptbxl --rate 100 --run runs/try --out scores --workers 8
      twelvelead score /mnt/archive --out /mnt/scores --engine ray --ray-address auto

    Parameters
    ----------
    source
        ECG files and folders of them; or one data folder with PTB-XL's ptbxl_database.csv, or the signal store of one.
    out
        Folder for the results: new, empty, or of the same command before.
    run
        Run folder with a trained model, an ONNX file of `twelvelead export`, or the name of a model that comes with
        twelvelead. Default: the best of those.
    engine
        local: processes of this machine. ray: a Ray cluster, whose nodes see SOURCE, RUN and OUT at the same places.
    workers
        Processes, or Ray tasks at a time; 0: one for each core.
    device
        Where to compute; auto takes the GPU if there is one.
    rate
        Samples per second, for files that do not say it; of a data folder, which of its copies.
    leads
        Lead names in the file's order, with commas between, for files that do not name them.
    unit
        Unit of the samples, such as mV or uV, for files that do not say it.
    missing_leads
        zero: predict without leads that are not there and cannot be derived, with a flat line in their place.
    shard_size
        ECGs of one Parquet file, and the most that a break costs each process.
    store
        Folder of a data folder's signal store, if not where `prepare` puts it.
    ray_address
        Of a running Ray cluster; auto: the one on this machine. Default: RAY_ADDRESS, else a new one on this machine.
    json_
        Print the totals as JSON.
    """
    from twelvelead.commands.archive.score import score as job
    from twelvelead.inference.shipped import find_model

    if not source:
        raise ConfigError("score needs at least one file or folder.")
    hints = reading_hints(rate, leads, unit, missing_leads)
    with counting("scored", rate=True) as progress:
        totals = job(
            source,
            out,
            run,
            engine=engine,
            workers=workers,
            device=device,
            rate_hz=hints.rate_hz,
            leads=hints.leads,
            unit=hints.unit,
            missing_leads=hints.missing_leads,
            shard_size=shard_size,
            store=store,
            ray_address=ray_address,
            found=found("ECGs found"),
            begun=lambda: say_model(find_model()) if run is None else None,
            progress=progress,
        )
    if json_:
        print_json({**asdict(totals), "out": str(totals.out)})
    else:
        parts = "part" if totals.shards == 1 else "parts"
        print(f"{totals.ecgs:,} ECGs, {totals.shards:,} {parts} ({totals.shards_now:,} of them now) in {totals.out}")
        print(f"scored: {totals.scored:,}, the table is {totals.out / 'parts'}")
        print(f"without an answer: {totals.bad:,}" + (f", why: {totals.out / 'bad'}" if totals.bad else ""))
        print(EPILOGUE)
    return 0 if totals.scored else 1
