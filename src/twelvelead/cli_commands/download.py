"""`twelvelead download`: options, help, what is printed."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from twelvelead.cli_commands.shared import Json, print_json
from twelvelead.progress import say, transferring

__all__ = ["download"]


def download(
    folder: Path,
    *,
    version: Literal["1.0.1", "1.0.3"] | None = None,
    rate: Literal["100", "500", "both"] = "100",
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    parallel: int = 16,
    json_: Json = False,
) -> int:
    """Get PTB-XL, every file checked by the data set's own SHA-256.

    About 0.7 GB of disk at 100 Hz, 2.8 GB at 500 Hz. Stopped or killed, the same command goes on where it was.

    Examples:
      twelvelead download ptbxl
      twelvelead download ptbxl --rate both --from Downloads/ptb-xl-1.0.3.zip
      twelvelead download ptbxl --from https://physionet.org/files/ptb-xl/1.0.3/

    Parameters
    ----------
    folder
        New folder, or one of an earlier download.
    version
        Release to get from PhysioNet. Default: 1.0.3.
    rate
        Sampling rates to get, Hz.
    from_
        Where from instead of PhysioNet: a mirror's address, PhysioNet's zip, or a folder.
    parallel
        Files at a time.
    json_
        Print the result as JSON.
    """
    from twelvelead.data.download import download as run_download

    rates = (100, 500) if rate == "both" else (int(rate),)
    with transferring("downloaded") as progress:
        result = run_download(
            folder, version=version, rates=rates, source=from_, parallel=parallel, progress=progress, note=say
        )
    if json_:
        print_json({"folder": str(folder), **asdict(result)})
        return 0
    print(f"{folder}: {result.data_version}")
    print(", ".join(f"{count:,} records at {hz} Hz" for hz, count in result.records.items()), end="")
    print(f"; {result.files:,} files, {result.bytes / 1e6:,.1f} MB, each as its SHA256SUMS.txt says")
    print(f"fetched now: {result.fetched:,} files, there already: {result.files - result.fetched:,}")
    print(f"next: twelvelead prepare {shlex.quote(str(folder))}{' --rate 500' if rate == '500' else ''}")
    return 0
