"""The whole way at the size of PTB-XL: time, peak memory and disk of each command, as a Markdown table.

    python benchmarks/at_size.py --folder /somewhere/with/20/GB
    ... --docs docs/scale-training.md                            writes the table between the comments there

Simulates 21,799 records at 100 and 500 Hz, which takes the longest and is done once; then runs `prepare`, `train` for
one epoch, `evaluate` and `score` at each rate, each in a process of its own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from machine import describe
from page import conditions, put

COMMAND = [sys.executable, "-m", "twelvelead.cli"]


class Cost(NamedTuple):
    """What a command took."""

    what: str
    seconds: float
    peak_mib: float
    """Of its largest process."""
    disk_mb: float
    """Of what it wrote."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="for data, store and runs; the data stay there")
    parser.add_argument("--records", type=int, default=21_799)
    parser.add_argument("--rates", default="100,500", help="in Hz, with a comma between")
    parser.add_argument("--words", default="", help="more words for `train`, such as '--devices 2'")
    parser.add_argument("--docs", type=Path)
    chosen = parser.parse_args()
    given = f"--records {chosen.records} --rates {chosen.rates} {chosen.words}".strip()
    about = f"`{given}`, one run on {conditions(describe())}:"
    rates = [int(rate) for rate in chosen.rates.split(",")]
    data = chosen.folder / f"simulated-{chosen.records}"
    costs: list[Cost] = []
    if not (data / "ptbxl_database.csv").is_file():
        rate = "both" if len(rates) > 1 else str(rates[0])
        words = ["simulate", str(data), "--records", str(chosen.records), "--rate", rate]
        costs.append(_cost("simulate, once", words, data))
    for rate in rates:
        costs += _way(chosen.folder, data, rate, chosen.words.split())
    lines = [about, "", f"| {chosen.records:,} records | time | peak memory | disk |", "|---|---:|---:|---:|"]
    for cost in costs:
        lines.append(f"| {cost.what} | {_time(cost.seconds)} | {cost.peak_mib:,.0f} MiB | {cost.disk_mb:,.1f} MB |")
    print("\n".join(lines))
    if chosen.docs:
        put(chosen.docs, "at-size", lines)


def _way(folder: Path, data: Path, rate: int, words: list[str]) -> list[Cost]:
    store, run, scores = folder / f"store-{rate}", folder / f"run-{rate}", folder / f"scores-{rate}"
    for old in (store, run, scores):
        shutil.rmtree(old, ignore_errors=True)
    of = ["--rate", str(rate), "--store", str(store)]
    train = ["train", str(data), *of, "--epochs", "1", "--out", str(run), *words]
    prepare = ["prepare", str(data), *of]
    return [
        _cost(f"`prepare --rate {rate}`", prepare, store),
        _cost(f"`prepare --rate {rate}`, nothing new", prepare, None),
        _cost(f"`train --rate {rate}`, one epoch", train, run),
        _cost(f"`evaluate`, {rate} Hz", ["evaluate", str(run)], run),
        _cost(f"`score --rate {rate}`", ["score", str(data), *of, "--run", str(run), "--out", str(scores)], scores),
    ]


def _cost(what: str, words: list[str], wrote: Path | None) -> Cost:
    print("twelvelead", *words, file=sys.stderr)
    before = _size(wrote)
    begun = time.perf_counter()
    process = subprocess.Popen([*COMMAND, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{what} failed with exit code {process.returncode}")
    seconds = time.perf_counter() - begun
    return Cost(what, seconds, used.ru_maxrss / 1024, (_size(wrote) - before) / 1e6)


def _size(folder: Path | None) -> int:
    if folder is None or not folder.is_dir():
        return 0
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _time(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds < 120 else f"{seconds / 60:,.1f} min"


if __name__ == "__main__":
    main()
