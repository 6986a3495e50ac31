"""Speed and memory of twelvelead beside the assignment's own way, as ratios measured in one run.

    python benchmarks --records 2000 --out benchmark.json
    python benchmarks --data ptbxl

assignment_way    the assignment's code, written out as the assignment has it
load              files to signals
memory            peak memory of load, split and standardise, each way in a process of its own
training          ECGs trained on per second, data loading included
prediction        ECGs scored per second, data loading included
intervals         bootstrap intervals, beside a loop of scikit-learn
timing, allocator         taking turns; each with the memory allocator as it would have it
machine, table            what it ran on; how results are shown

Exits with 1 if the two ways do not give the same numbers. A missed target is shown, not an error: time is noisy.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

# As the twelvelead command line has it. It must be set before torch is imported, so both ways get it.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

import intervals
import load
import machine
import memory
import prediction
import table
import training
from twelvelead.data.simulate import simulate_dataset
from twelvelead.files import write_json

PARTS = {
    "load": load.compare,
    "memory": memory.compare,
    "training": training.compare,
    "prediction": prediction.compare,
    "intervals": intervals.compare,
}
QUICK_RECORDS = 60


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="twelvelead-benchmark-") as folder:
        data = arguments.data or Path(folder, "data")
        if arguments.data is None:
            records = QUICK_RECORDS if arguments.quick else arguments.records
            _say(f"simulating {records} ECGs ...")
            simulate_dataset(data, records=records, seed=0, rates=(100,))
        result: dict[str, Any] = {"machine": machine.describe(), "quick": arguments.quick, "rows": [], "equal": []}
        for name in arguments.only:
            _say(f"{name} ...")
            found = PARTS[name](data, Path(folder, f"stores-{name}"), arguments.quick)
            result["rows"] += found.rows
            result["equal"] += found.equal
            result[name] = found.details
    write_json(arguments.out, result)
    print(table.render(result))
    return 0 if all(check["met"] for check in result["equal"]) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--records", type=int, default=2000, help="simulated ECGs to work on (default: %(default)s)")
    parser.add_argument("--data", type=Path, help="work on this data set in PTB-XL's layout instead; only read")
    parser.add_argument("--out", type=Path, default=Path("benchmark.json"), help="JSON file for the result")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="only these parts")
    parser.add_argument("--quick", action="store_true", help="the smallest size, to see that it works")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
