"""A network, a task and a file format are one file each: the pages' examples, added to a copy and taken away."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from docs.snippets import REPO, blocks, commands
from formats.writers import dicom
from twelvelead import LEADS, simulate_ecg
from twelvelead.files import write_json

REGISTRIES = {
    "add-network.md": "from twelvelead.models.registry import network_names as names",
    "add-task.md": "from twelvelead.data.tasks.registry import task_names as names",
    "add-format.md": "from twelvelead.formats import known_formats\nnames = lambda: [f.name for f in known_formats()]",
}
PRINT_NAMES = "\nimport json\nprint(json.dumps(sorted(names())))\n"
RUN_ALL = """
import contextlib, json, sys
from twelvelead.cli import main
with contextlib.redirect_stdout(sys.stderr):
    for words in json.loads(sys.argv[1]):
        assert main(words) == 0, words
"""


@pytest.fixture
def house(tmp_path: Path, simulated: Path) -> Path:
    """A copy of the package and its tests, with the data that the pages speak of."""
    kept_out = shutil.ignore_patterns("__pycache__", "docs")
    for name in ("src", "tests"):
        shutil.copytree(REPO / name, tmp_path / name, ignore=kept_out)
    shutil.copy(REPO / "pyproject.toml", tmp_path)
    shutil.copytree(simulated, tmp_path / "ptbxl")
    return tmp_path


def python(house: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(house / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *words], cwd=house, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def code_files(house: Path) -> set[Path]:
    return {path for name in ("src", "tests") for path in (house / name).rglob("*") if path.is_file()}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", REGISTRIES)
def test_one_file_is_all(name: str, house: Path) -> None:
    page, print_names = REPO / "docs" / name, REGISTRIES[name] + PRINT_NAMES
    (block,) = [block for block in blocks(page) if block.marker.startswith("file: ")]
    before, added = code_files(house), house / block.marker.removeprefix("file: ")
    assert not added.exists()
    added.write_text(block.code, encoding="utf-8")
    write_example_ecgs(house)

    words = list(commands(page))
    called = json.dumps([line[1:] for line in words if line[0] == "twelvelead"])
    with_it = json.loads(python(house, "-c", RUN_ALL + print_names, called))
    (contract,) = [line[1:] for line in words if line[0] == "pytest"]
    passed = python(house, "-m", "pytest", "-q", "-p", "no:cacheprovider", *contract)
    assert re.search(r"\d+ passed", passed) and "failed" not in passed
    assert code_files(house) == before | {added}

    added.unlink()
    without = json.loads(python(house, "-c", print_names))
    assert set(without) < set(with_it) and len(with_it) == len(without) + 1


def write_example_ecgs(house: Path) -> None:
    units = np.round(1000 * simulate_ecg(["IMI"], seed=1)).astype(np.int16)
    (house / "ecg.dcm").write_bytes(dicom.dicom(dicom.group(units)))
    write_json(house / "ecg.json", {"rate_hz": 500, "unit": "uV", "leads": list(LEADS), "samples": units.tolist()})


def test_the_examples_keep_the_house_rules(tmp_path: Path) -> None:
    for name in REGISTRIES:
        (block,) = [block for block in blocks(REPO / "docs" / name) if block.marker.startswith("file: ")]
        file = tmp_path / Path(block.marker).name
        file.write_text(block.code, encoding="utf-8")
    config = str(REPO / "pyproject.toml")
    for words in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--no-cache", "--config", config, str(tmp_path)],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout
