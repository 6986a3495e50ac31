"""The service's benchmarks at their smallest size: right answers under load and under attack. Times are not judged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")


def run(name: str, *words: str) -> str:
    done = subprocess.run([sys.executable, str(BENCHMARKS / name), *words], capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_answer_under_load_is_right():
    table = run("serve_load.py", "--seconds", "0.5", "--clients", "2", "--run", "cnn_lstm")
    rows = [line.split(" | ") for line in table.partition("\n\n")[2].splitlines()[2:]]
    assert len(rows) == 6
    assert all(float(row[1]) > 0 and row[-1].rstrip(" |") == "0" for row in rows)


@pytest.mark.slow
def test_it_lives_under_attack():
    assert "the server lives, exit code 0, 0 files left" in run("serve_hostile.py", "--uploads", "50")
