"""The local engine with real processes: killed, poisoned, hanging, without room; nothing lost, nothing twice."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from commands.archive.conftest import ECGS
from commands.archive.small import planned, rows
from data.small_dataset import noise, write_plain
from twelvelead.commands.archive import local, local_process
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.local import SILENT_S, run_local
from twelvelead.commands.archive.plan import read_plan
from twelvelead.commands.archive.shard import ShardScorer
from twelvelead.errors import TwelveleadError

HOSTILE = (sys.executable, str(Path(__file__).with_name("hostile_worker.py")))


@pytest.fixture
def expected(archive, model, tmp_path):
    """What one process makes of the archive."""
    out = tmp_path / "expected"
    scorer = ShardScorer(planned(out, archive, model))
    for shard in range(read_plan(out).shards):
        scorer.score(shard)
    return rows(out)


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "worker" in " ".join(child.cmdline())]


def shards(job):
    return iter(range(read_plan(job.folder).shards))


def test_a_killed_process_costs_nothing_but_time(archive, model, tmp_path, expected):
    job = planned(tmp_path / "out", archive, model)
    events = run_local(job, shards(job), workers=1)
    next(events)
    for process in workers():
        process.kill()
    done = [shard for shard, event in events if isinstance(event, dict)]
    assert not workers()
    assert rows(job.folder) == expected
    assert set(done) <= set(range(6))
    assert not list(job.folder.rglob("*.tmp")) and not Layout(job.folder).log.exists()


def test_ecgs_that_end_their_process_are_left_out_in_the_end(archive, model, tmp_path, expected):
    source = tmp_path / "archive"
    shutil.copytree(archive, source)
    write_plain(source / "1" / "00001-poison", noise(0, 300))
    job = planned(tmp_path / "out", source, model)
    for _ in run_local(job, shards(job), 1, HOSTILE):
        pass
    good, bad = rows(job.folder)
    assert len(good) + len(bad) == ECGS + 1
    reasons = {Path(row["file"]).name: row["error"] for row in bad}
    assert reasons["00001-poison.hea"] == "the process that reads it ends abruptly, or hangs (2 times)"
    assert [row["A"] for row in good] == [row["A"] for row in expected[0]]
    assert not list((job.folder / "careful").iterdir())


def test_a_silent_process_is_replaced(archive, model, tmp_path, monkeypatch):
    source = tmp_path / "archive"
    source.mkdir()
    for name in ("first", "hang", "last"):
        write_plain(source / name, noise(0, 300))
    job = planned(tmp_path / "out", source, model)
    hung = source / "hang.hung"
    clock = SimpleNamespace(monotonic=lambda: 2 * SILENT_S if hung.exists() else 0.0)
    for module in (local, local_process):
        monkeypatch.setattr(module, "time", clock)
    for _ in run_local(job, shards(job), 1, HOSTILE):
        pass
    assert hung.exists()
    assert len(rows(job.folder)[0]) == 3


def test_a_process_that_hangs_before_it_can_begin_is_an_error(archive, model, tmp_path):
    job = planned(tmp_path / "out", archive, model)
    hangs = (sys.executable, "-c", "import time; time.sleep(600)")
    with pytest.raises(TwelveleadError, match=r"was silent for 0\.1 s before it could begin; see .*workers\.log"):
        list(run_local(job, shards(job), 2, hangs, silent_s=0.1))
    assert not [child for child in psutil.Process().children() if child.cmdline()[1:] == list(hangs[1:])]


def test_a_process_that_cannot_begin_is_an_error(archive, model, tmp_path):
    job = planned(tmp_path / "out", archive, model)
    with pytest.raises(TwelveleadError, match=r"ended before it could begin \(exit code 3\); see .*workers\.log"):
        list(run_local(job, shards(job), 2, (sys.executable, "-c", "import sys; sys.exit(3)")))


def test_no_room_for_the_results_is_one_sentence_and_can_be_mended(archive, model, tmp_path, expected):
    out = tmp_path / "out"
    words = [sys.executable, "-m", "twelvelead.cli", "score", str(archive), "--run", str(model), "--out", str(out)]
    words += ["--workers", "1", "--shard-size", "12"]
    # No file may have more than 3 KiB: enough for the plan.
    small = subprocess.run(["bash", "-c", 'ulimit -f 3; exec "$@"', "-", *words], capture_output=True, text=True)
    assert small.returncode == 1
    assert small.stderr.splitlines() == [f"twelvelead: the results in {out} cannot be written: File too large."]
    assert not list(out.rglob("*.parquet")) and not list(out.rglob("*.tmp"))
    again = subprocess.run(words, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert f"scored: {ECGS - 2}, the table is {out / 'parts'}" in again.stdout
    assert f"without an answer: 2, why: {out / 'bad'}" in again.stdout
    assert "not for diagnosis" in again.stdout
    assert rows(out) == expected


def test_processes_end_with_the_main_process(archive, model, tmp_path):
    job = planned(tmp_path / "out", archive, model)
    text = f"""
import sys
from twelvelead.commands.archive.job import Job
from twelvelead.commands.archive.local import run_local
events = run_local(Job.from_json({job.to_json()!r}), iter(range(6)), 1)
print(next(events), flush=True)
sys.stdin.read()
"""
    main = subprocess.Popen([sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with main:
        main.stdout.readline()
        orphans = psutil.Process(main.pid).children()
        os.kill(main.pid, signal.SIGKILL)
    assert len(orphans) == 1
    assert psutil.wait_procs(orphans, timeout=60)[1] == []
