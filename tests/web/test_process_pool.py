"""Processes that crash, hang, grow and start others: killed, replaced, and nobody else notices."""

import asyncio
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from twelvelead.formats.other_process import ProcessLost
from twelvelead.web.process_pool import ProcessPool
from twelvelead.web.settings import TOKEN_VARIABLE

DOUBLE = """
import os, subprocess, sys, time
from pathlib import Path
from twelvelead.formats.other_process import serve_requests

def answer(request, data):
    folder = Path(request["folder"]) if "folder" in request else None
    if data == b"crash":
        os.abort()
    if data == b"hang":
        time.sleep(600)
    if data == b"leave":
        (folder / "left").write_bytes(b"x")
        os._exit(1)
    if data == b"child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(request["tell"]).write_text(str(child.pid))
        time.sleep(600)
    if data == b"grow":
        try:
            return {"grown": len(bytearray(8 * 2**30))}, b""
        except MemoryError:
            return {"grown": 0}, b""
    if folder is None:
        return {}, b""
    inside, mode = sorted(os.listdir(folder)), folder.stat().st_mode & 0o777
    secret = "TWELVELEAD_TOKEN" in os.environ
    return {"pid": os.getpid(), "secret": secret, "folder": str(folder), "inside": inside, "mode": mode}, data

serve_requests(answer, 2**30)
"""


@pytest.fixture
def make(monkeypatch):
    monkeypatch.setenv(TOKEN_VARIABLE, "a secret of the service")
    started = []

    def pool(processes=1, waiting=8, seconds=60.0, program=DOUBLE):
        lost = []
        command = [sys.executable, "-c", program]
        options = {"memory": 2**30, "wait_s": 120, "patience_s": 120, "on_lost": lost.append, "command": command}
        made = ProcessPool("", "the doubles", processes=processes, waiting=waiting, seconds=seconds, **options)
        made.lost = lost
        started.append(made)
        made.start()
        assert made.wait_until_ready()
        return made

    yield pool
    for made in started:
        made.close()


def ask(pool, *requests, **facts):
    async def main():
        return await asyncio.gather(*(pool.ask("x", data, facts) for data in requests), return_exceptions=True)

    return asyncio.run(main())


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_crash_ends_one_request_only(make):
    pool = make(processes=2)
    first, *others = ask(pool, b"crash", *(b"%d" % number for number in range(6)))
    assert isinstance(first, ProcessLost) and not first.late and pool.lost == [False]
    assert [data for _, data in others] == [b"%d" % number for number in range(6)]


def test_the_only_process_is_replaced(make):
    pool = make()
    pids = set()
    for _ in range(2):
        found = ask(pool, b"crash", b"on")
        assert isinstance(found[0], ProcessLost)
        pids.add(found[1][0]["pid"])
    assert len(pids) == 2 and pool.alive == 1


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_one_that_ended_while_it_waited_is_replaced_before_it_is_asked(make):
    pool = make()
    ((before, _),) = ask(pool, b"x")
    os.kill(before["pid"], signal.SIGKILL)
    while is_running(before["pid"]):
        time.sleep(0.01)
    ((after, data),) = ask(pool, b"y")
    assert data == b"y" and after["pid"] != before["pid"] and pool.lost == [False] and pool.alive == 1


def test_a_hang_is_killed_with_the_processes_that_it_started(make, tmp_path):
    pool = make(seconds=3.0)
    told = tmp_path / "pid"
    (found,) = ask(pool, b"child", tell=str(told))
    assert isinstance(found, ProcessLost) and found.late and "takes too long" in str(found)
    child = int(told.read_text())
    deadline = time.monotonic() + 60
    while is_running(child):
        assert time.monotonic() < deadline, "the process's own child was left"
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="needs RLIMIT_AS")
def test_memory_is_bounded(make):
    assert ask(make(), b"grow")[0][0] == {"grown": 0, "bytes": 0}


def test_what_a_dead_process_left_in_its_folder_is_removed(make, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lost, (facts, _) = ask(make(), b"leave", b"look")
    assert isinstance(lost, ProcessLost) and not list(tmp_path.iterdir())
    assert Path(facts["folder"]).parent == tmp_path and (facts["inside"], facts["mode"]) == ([], 0o700)


def test_it_outlives_the_clearing_of_temporary_files(make, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pool = make()
    for path in tmp_path.iterdir():
        shutil.rmtree(path)
    lost, *answers = ask(pool, b"crash", b"look", b"look")
    assert isinstance(lost, ProcessLost) and [facts["inside"] for facts, _ in answers] == [[], []]


def test_the_secret_stays_here(make):
    assert os.environ[TOKEN_VARIABLE]
    assert ask(make(), b"look")[0][0]["secret"] is False


def test_a_program_that_cannot_start_is_told(make, monkeypatch):
    monkeypatch.setattr("twelvelead.web.process_pool.START_S", 0.5)
    with pytest.raises(AssertionError):
        make(program="raise SystemExit(1)")
