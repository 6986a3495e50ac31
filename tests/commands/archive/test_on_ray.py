"""The Ray engine on real clusters, each in a process of its own with a limit on its time."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from commands.archive.small import planned, rows
from twelvelead.commands.archive.plan import read_plan
from twelvelead.commands.archive.shard import ShardScorer

pytest.importorskip("ray")

# Some 15 s on a quiet machine; a cluster is a dozen processes, and a busy machine takes minutes for them.
pytestmark = pytest.mark.timeout(600)
LONGEST_S = 550
"""A hanging cluster must not stop the tests."""


@pytest.fixture(autouse=True)
def ray_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For Ray's sockets, whose paths must be short; all processes that know it are gone in the end."""
    folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))
    (folder / "ray").mkdir()
    monkeypatch.setenv("RAY_TMPDIR", str(folder))
    yield
    commands = ((process, process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))
    left = [process for process, words in commands if str(folder) in " ".join(words)]
    for process in left:
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)
    assert not left


@pytest.fixture
def expected(archive, model, tmp_path):
    """What one process makes of the archive, without any engine."""
    out = tmp_path / "expected"
    scorer = ShardScorer(planned(out, archive, model, 1))
    for shard in range(read_plan(out).shards):
        scorer.score(shard)
    return rows(out)


def test_a_node_that_goes_down_costs_nothing_but_time(archive, model, tmp_path, expected):
    job = planned(tmp_path / "out", archive, model, 1)
    script = Path(__file__).with_name("ray_two_nodes.py")
    words = [sys.executable, str(script), job.to_json(), str(read_plan(job.folder).shards)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST_S)
    assert done.returncode == 0, done.stderr
    found = re.search(r"^done before: (\d+), nodes left: (\d+)$", done.stdout, re.MULTILINE)  # beside what Ray prints
    assert found, done.stdout
    before, nodes = map(int, found.groups())
    assert before >= 1 and nodes == 1
    assert rows(job.folder) == expected
    assert not list(job.folder.rglob("*.tmp"))


def test_the_command_starts_a_cluster_of_its_own(archive, model, tmp_path, expected):
    out = tmp_path / "out"
    words = [sys.executable, "-m", "twelvelead.cli", "score", str(archive), "--run", str(model), "--out", str(out)]
    words += ["--engine", "ray", "--workers", "2", "--shard-size", "12"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST_S)
    assert done.returncode == 0, done.stderr
    assert "24 ECGs, 2 parts (2 of them now)" in done.stdout
    assert rows(out) == expected


def test_a_cluster_that_is_not_there_is_one_sentence(archive, model, tmp_path):
    words = [sys.executable, "-m", "twelvelead.cli", "score", str(archive), "--run", str(model), "--out"]
    words += [str(tmp_path / "out"), "--engine", "ray", "--ray-address", "auto"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST_S)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("twelvelead: the Ray cluster auto cannot be used: ")
