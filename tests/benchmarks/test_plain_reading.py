"""The benchmark of `prepare` beside plain reading, at its smallest; times are not judged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "plain_reading.py"


def test_it_tells_both_ways_and_their_ratio(tmp_path):
    out = tmp_path / "plain.json"
    command = [sys.executable, str(SCRIPT), "--records", "12", "--rounds", "2", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text(encoding="utf-8"))
    lines = {line.split(" | ")[0]: line.split(" | ") for line in done.stdout.splitlines()}
    for rate in ("100", "500"):
        found = result["rates"][rate]
        assert found["records"] == 12 and found["same_bytes"] and len(found["plain"]) == len(found["prepare"]) == 2
        theirs, ours = (min(processor for processor, _ in found[way]) for way in ("plain", "prepare"))
        assert float(lines[f"| {rate} Hz"][4]) == pytest.approx(ours / theirs, abs=0.01)
    assert len(result["start"]) == 2
