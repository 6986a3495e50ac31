"""`twelvelead benchmark`: options, help, what is printed."""

import sys
from pathlib import Path

import twelvelead
from twelvelead.cli_commands.shared import Switch
from twelvelead.errors import ConfigError

__all__ = ["benchmark"]


def benchmark(
    *,
    records: int = 2000,
    data: Path | None = None,
    out: Path = Path("benchmark.json"),
    quick: Switch = False,
) -> int:
    """Speed and memory beside the assignment's own way, as ratios in one run. Needs a clone of the repository.

    Example: twelvelead benchmark --records 2000 --out benchmark.json

    Parameters
    ----------
    records
        Simulated ECGs to work on.
    data
        Work on this data set in PTB-XL's layout instead.
    out
        JSON file for the result.
    quick
        The smallest size, to see that it works.
    """
    import subprocess

    if records < 1:
        raise ConfigError(f"--records is {records}; allowed is 1 or more.")
    folder = Path(twelvelead.__file__).parents[2] / "benchmarks"
    if not (folder / "__main__.py").is_file():
        raise ConfigError("benchmark needs a clone of the repository, installed with `pip install -e '.[bench]'`.")
    arguments = ["--records", str(records), "--out", str(out), *(["--quick"] if quick else [])]
    if data:
        arguments += ["--data", str(data)]
    return subprocess.call([sys.executable, str(folder), *arguments])
