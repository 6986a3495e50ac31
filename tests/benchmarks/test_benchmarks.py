"""The benchmark at its smallest size: both ways must give the same numbers. Times are not judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PREDICTIONS = [
    "probabilities, prediction",
    "probabilities, prediction, exported, by ONNX Runtime",
    "macro AUC, prediction, exported with 8 bits, by ONNX Runtime: what is lost",
]
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What it printed and the JSON that it wrote."""
    out = tmp_path_factory.mktemp("benchmark") / "new" / "benchmark.json"
    command = [sys.executable, str(BENCHMARKS), "--quick", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(out.read_text(encoding="utf-8"))


def test_both_ways_give_the_same_signals_losses_and_probabilities(run):
    checks = {check["what"]: check for check in run[1]["equal"]}
    assert list(checks) == ["signals, mV", "loss in each of 20 training steps", *PREDICTIONS, "AUC in each resample"]
    assert all(check["met"] and check["difference"] <= check["limit"] for check in checks.values())
    losses = run[1]["training"]["losses"]
    assert len(losses) == 20
    assert all(theirs == pytest.approx(ours, abs=1e-4) for theirs, ours in losses)


def test_the_file_has_every_row_and_the_machine(run):
    rows = run[1]["rows"]
    assert [row["target"] for row in rows] == [20, 500, None, 5, 5, 1.5, 2, 3, 3, 20]
    for row in rows:
        better, other = ("twelvelead", "assignment") if row["unit"] == "ECG/s" else ("assignment", "twelvelead")
        assert row["ratio"] == pytest.approx(row[better] / row[other])
        assert row["met"] == (None if row["target"] is None else row["ratio"] >= row["target"])
    machine = run[1]["machine"]
    assert {"cpu", "cores", "torch", "torch_threads", "GOMP_SPINCOUNT"} <= set(machine)


def test_the_table_shows_every_row_and_check(run):
    printed, result = run
    for entry in [*result["rows"], *result["equal"]]:
        assert entry["what"] in printed
    assert printed.split("\n")[0].split("  ")[0] == "what"
