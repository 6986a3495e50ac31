"""What `prepare` costs beside the plain reading of the same bytes, as a ratio measured in one run.

    python benchmarks/plain_reading.py ptbxl --rates 100
    python benchmarks/plain_reading.py --records 1000
    ... --docs docs/files.md                            writes the table between the comments there

Plain reading opens, reads and closes every header and signal file in one process, with Python's `open`, and keeps
nothing. `prepare` checks every sample and writes the store, to the disk. Both take turns, with the files in the
system's cache; the least of the rounds counts, since other work on the machine can only add. The start of Python and
the imports are shown apart: they are the same for one record and for all.

Processor time is that of all threads, the system's part included. Exits with 1 if plain reading met other bytes than
the store's index says.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from machine import describe
from page import conditions, put
from twelvelead.data.simulate import simulate_dataset
from twelvelead.data.store import prepare
from twelvelead.files import write_json

RATES = (100, 500)
IMPORTS = "import twelvelead.cli, twelvelead.commands.tables, twelvelead.data.store, pyarrow.parquet"
"""What `twelvelead prepare` imports before it reads a record."""


class Cost(NamedTuple):
    """Seconds."""

    processor: float
    wall: float


class Found(NamedTuple):
    """Each round of both ways."""

    records: int
    """In the store; only their files are read plainly."""
    same_bytes: bool
    """Whether plain reading met as many as the index says."""
    plain: list[Cost]
    prepare: list[Cost]


def main() -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path, nargs="?", help="PTB-XL's folder, only read; by default a simulated one")
    parser.add_argument("--records", type=int, default=1000, help="simulated ECGs (default: %(default)s)")
    parser.add_argument("--rates", type=int, nargs="+", choices=RATES, default=list(RATES), help="in Hz")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each way (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="JSON file for every single measurement")
    parser.add_argument("--docs", type=Path)
    chosen = parser.parse_args()
    source = f"`{chosen.data.name}`" if chosen.data else f"{chosen.records:,} simulated ECGs"
    about = f"{source}, least of {chosen.rounds} rounds, on {conditions(describe())}:"
    with tempfile.TemporaryDirectory(prefix="twelvelead-plain-reading-") as name:
        data = chosen.data or Path(name, "data")
        if chosen.data is None:
            simulate_dataset(data, records=chosen.records, seed=0, rates=tuple(chosen.rates))
        found = {rate: compare(data, rate, Path(name, "store"), chosen.rounds) for rate in chosen.rates}
    start = [_start() for _ in range(chosen.rounds)]
    if chosen.out:
        write_json(chosen.out, {"rates": {rate: result._asdict() for rate, result in found.items()}, "start": start})
    lines = [about, "", "| | records | plain reading | prepare | ratio, processor time | ratio, wall time |"]
    lines += ["|---|---:|---:|---:|---:|---:|", *(_line(rate, result) for rate, result in found.items()), ""]
    lines.append(
        f"Start of Python and imports: {least(start).processor * 1000:,.0f} ms of processor time, apart from these."
    )
    print("\n".join(lines))
    if chosen.docs:
        put(chosen.docs, "plain-reading", lines)
    return 0 if all(result.same_bytes for result in found.values()) else 1


def compare(data: Path, rate: int, store: Path, rounds: int) -> Found:
    """Both ways in turns, each from the beginning."""
    stored = prepare(data, rate, store=store).store  # also brings the files into the system's cache
    whole = [entry for entry in stored.entries.values() if entry.row >= 0]
    whole = [entry for entry in whole if entry.data_file]  # one signal file, as PTB-XL has it
    paths = [
        f"{data}/{path}" for entry in whole for path in (f"{entry.file}.hea", _signal_file(entry.file, entry.data_file))
    ]
    plain, prepared = [], []
    for _ in range(rounds):
        shutil.rmtree(store)
        plain.append(_cost(lambda: read_plainly(paths)))
        prepared.append(_cost(lambda: prepare(data, rate, store=store)))
    shutil.rmtree(store)
    size = sum(entry.header_size + entry.data_size for entry in whole)
    return Found(len(whole), read_plainly(paths) == size, plain, prepared)


def read_plainly(paths: list[str]) -> int:
    """Open, read and close each file; returns the number of bytes."""
    count = 0
    for path in paths:
        with open(path, "rb") as stream:  # noqa: PTH123
            count += len(stream.read())
    return count


def least(costs: list[Cost]) -> Cost:
    """The least processor time and the least wall time."""
    return Cost(min(cost.processor for cost in costs), min(cost.wall for cost in costs))


def _signal_file(record: str, name: str) -> str:
    return f"{record.rpartition('/')[0]}/{name}"


def _cost(function: Callable[[], object]) -> Cost:
    processor, wall = time.process_time(), time.perf_counter()
    function()
    return Cost(time.process_time() - processor, time.perf_counter() - wall)


def _start() -> Cost:
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", IMPORTS])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("twelvelead cannot be imported")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - begun)


def _line(rate: int, result: Found) -> str:
    plain, prepared = least(result.plain), least(result.prepare)
    ratios = (ours / theirs for ours, theirs in zip(prepared, plain))
    cells = [f"{result.records:,}", *(f"{cost.processor * 1000:,.0f} ms" for cost in (plain, prepared))]
    return f"| {rate} Hz | {' | '.join([*cells, *(f'{ratio:.2f}' for ratio in ratios)])} |"


if __name__ == "__main__":
    sys.exit(main())
