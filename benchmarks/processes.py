"""ECGs trained on per second by one process with all threads, and by several of one thread each, in turns.

    python benchmarks/processes.py --processes 2
    ... --docs docs/scale-training.md              writes the table between the comments there

Each turn is a whole `twelvelead train` of a few epochs; the fastest epoch of each way counts, for what else runs on the
machine makes an epoch slower and never faster. Both ways give the same losses but for rounding, which can grow.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import describe
from page import conditions, put
from twelvelead.data.simulate import simulate_dataset
from twelvelead.training.history import Epoch, read_history


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", help="PTB-XL's folder; by default a simulated one")
    parser.add_argument("--records", type=int, default=4000, help="simulated ECGs (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--words", default="", help="more words for `train`, such as '--network resnet1d_wang'")
    parser.add_argument("--docs", type=Path)
    chosen = parser.parse_args()
    source = f"`{chosen.data.name}`" if chosen.data else f"{chosen.records:,} simulated ECGs"
    about = f"{source}, fastest of {2 * chosen.rounds} epochs each, on {conditions(describe())}:"
    ways = {
        "one process, all threads": [],
        f"{chosen.processes} processes of one thread": ["--devices", str(chosen.processes), "--threads", "1"],
    }
    best = dict.fromkeys(ways, float("inf"))
    epochs: list[Epoch] = []
    with tempfile.TemporaryDirectory() as folder:
        data = chosen.data or Path(folder, "data")
        if chosen.data is None:
            simulate_dataset(data, records=chosen.records, seed=0, rates=(100,))
        for number in range(chosen.rounds):
            for way, words in ways.items():
                run = Path(folder) / f"{number}-{len(words)}"
                _train(data, run, [*chosen.words.split(), *words])
                epochs = read_history(run)
                best[way] = min(best[way], *(epoch.seconds for epoch in epochs))
                print(f"{way}: val loss {epochs[-1].val_loss:.6f}", file=sys.stderr)
        records = _records(run)
    alone = next(iter(best.values()))
    lines = [about, "", "| cnn_lstm on a CPU | ECG/s, validation in it | ratio |", "|---|---:|---:|"]
    lines += [f"| {way} | {records / seconds:,.0f} | {alone / seconds:.2f} |" for way, seconds in best.items()]
    print("\n".join(lines))
    if chosen.docs:
        put(chosen.docs, "processes", lines)


def _train(data: Path, run: Path, words: list[str]) -> None:
    command = [sys.executable, "-m", "twelvelead.cli", "train", str(data), "--out", str(run)]
    subprocess.run([*command, "--epochs", "2", "--device", "cpu", *words], check=True, stdout=subprocess.DEVNULL)


def _records(run: Path) -> int:
    lines = (run / "split.csv").read_text().splitlines()
    return sum(line.endswith(",train") for line in lines)


if __name__ == "__main__":
    main()
