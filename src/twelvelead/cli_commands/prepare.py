"""`twelvelead prepare`: options, help, what is printed."""

from pathlib import Path
from typing import Literal

from twelvelead.cli_commands.shared import Json, print_json
from twelvelead.progress import counting

__all__ = ["prepare"]


def prepare(
    data: Path,
    *,
    rate: Literal[100, 500] = 100,
    store: Path | None = None,
    json_: Json = False,
) -> int:
    """Read a data folder's records once into a memory-mapped signal store.

    Goes on where an interrupted call stopped, and reads again only what changed.

    Example: twelvelead prepare ptbxl --rate 500

    Parameters
    ----------
    data
        Folder with PTB-XL's ptbxl_database.csv; a partial copy will do.
    rate
        Sampling rate of the records, Hz.
    store
        Folder for the store. Default: beside the data, or in the user's cache where that is read-only.
    json_
        Print the result as JSON, with every problem.
    """
    from twelvelead.commands.tables import format_problems
    from twelvelead.data.metadata import data_version
    from twelvelead.data.store import prepare as prepare_store

    with counting("prepared") as progress:
        result = prepare_store(data, rate, store, progress)
    opened, problems = result.store, result.store.problems
    usable = sum(entry.row >= 0 for entry in opened.entries.values())
    version = data_version(data, opened.entries.keys())
    if json_:
        rows = [{"ecg_id": e.ecg_id, "file": e.file, "status": e.status, "reason": e.reason} for e in problems]
        print_json(
            {
                "store": str(opened.folder),
                "data_version": version,
                "rate_hz": opened.rate_hz,
                "records": opened.manifest.records,
                "usable": usable,
                "read": result.read,
                "reused": result.reused,
                "problems": rows,
            }
        )
        return 0
    print(f"{data}: {version}")
    print(f"{usable:,} of {opened.manifest.records:,} records at {rate} Hz are in {opened.folder}")
    print(f"looked at now: {result.read:,}, taken over: {result.reused:,}")
    if problems:
        print(f"{len(problems):,} records to know about (all of them: --json):")
        print(format_problems(problems))
    return 0
