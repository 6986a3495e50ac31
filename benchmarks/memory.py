"""Peak memory of load, split and standardise, from the files on, each way in a fresh process.

Twelvelead's way standardises batch by batch, so its process also goes once through every batch of every part; it needs
no PyTorch up to here, the assignment's first cell imports it. What is mapped of the signal store counts as memory,
although the system can take it back at any time.

    python benchmarks/memory.py assignment|twelvelead DATA STORE    one way; prints bytes as JSON
"""

import json
import subprocess
import sys
from pathlib import Path

import psutil

from table import Findings, row

BATCH = 32


def compare(data: Path, store: Path, quick: bool) -> Findings:
    """Measure both ways."""
    theirs, ours = (_in_fresh_process(way, data, store) for way in ("assignment", "twelvelead"))
    rows = [
        row(f"memory of load, split, standardise: {what}", "MiB", theirs[key] / 2**20, ours[key] / 2**20, 5)
        for key, what in (("peak", "whole process"), ("above_imports", "above the imports"))
    ]
    return Findings(rows, [], {"assignment": theirs, "twelvelead": ours})


def _in_fresh_process(way: str, data: Path, store: Path) -> dict[str, int]:
    command = [sys.executable, __file__, way, str(data), str(store)]
    answer: dict[str, int] = json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
    return answer


def _assignment(data: Path) -> int:
    import matplotlib.pyplot  # noqa: F401 (the assignment's first cell imports it)
    import seaborn  # noqa: F401

    import assignment_way as way

    baseline = _resident()
    X, Y = way.load_ptbxl_data(str(data))
    y, _, _ = way.preprocess_labels(Y, str(data), ["NORM", "MI", "STTC", "CD", "HYP"], min_samples=1)
    X_train, X_temp, y_train, y_temp = way.stratified_split(X, y, test_size=0.3)
    X_val, X_test, y_val, y_test = way.stratified_split(X_temp, y_temp, test_size=0.5)
    X_train, X_val, X_test, _ = way.normalize_ecg(X_train, X_val, X_test)
    assert len(X_train) + len(X_val) + len(X_test) == len(X) == len(y_train) + len(y_val) + len(y_test)
    return baseline


def _twelvelead(data: Path, store: Path) -> int:
    import pandas  # noqa: F401 (imported when needed otherwise, which would count as work)
    import pyarrow.parquet  # noqa: F401

    from twelvelead.config import DataOptions
    from twelvelead.data.parts import load_parts
    from twelvelead.data.splits import PARTS
    from twelvelead.data.standardize import Standardizer
    from twelvelead.leads import UNITS_PER_MV

    baseline = _resident()
    parts = load_parts(data, DataOptions(store=store, split="stratified", split_by="record"))
    standardizer = Standardizer.fit(parts.store.signals, parts.part("train")[1])
    for name in PARTS:
        _, rows, _ = parts.part(name)
        for start in range(0, len(rows), BATCH):
            standardizer.apply(parts.store.signals[rows[start : start + BATCH]] / UNITS_PER_MV)
    return baseline


def _resident() -> int:
    resident: int = psutil.Process().memory_info().rss
    return resident


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.is_file():  # unlike ru_maxrss, not touched by the process that started this one
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    way, data, store = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    baseline = _assignment(data) if way == "assignment" else _twelvelead(data, store)
    print(json.dumps({"peak": _peak(), "imports": baseline, "above_imports": _peak() - baseline}))
