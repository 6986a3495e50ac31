"""The examples run as their docstrings say, and print what they promise."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
PRINTED = {
    "compare_models.py": r"difference [+-]0\.\d{3}, 95 % interval [+-]\S+ to [+-]\S+, p = [01]\.\d{3}",
    # A model that says the same of every record ranks none above another.
    "judge_predictions.py": r"macro AUC 0\.500 on \d+ records.*HYP .* AUC 0\.500",
    "score_folder.py": r"\.csv: NORM 0\.\d\d .*\.png\n.*\.png\n.*\.png\nResearch software: .*\n$",
}


def test_each_example_is_tried() -> None:
    assert {path.name for path in (REPO / "examples").glob("*.py")} == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_it_runs(name: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPO / "src")}
    words = [sys.executable, str(REPO / "examples" / name)]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.search(PRINTED[name], done.stdout, re.DOTALL), done.stdout
