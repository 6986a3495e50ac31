"""Stopped or killed at any moment, a second download ends in the same folder."""

import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest

from data.download.served import content
from data.download.test_download import expected
from twelvelead.data.download import download

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX")

CHILD = """
import sys
from twelvelead.data.download.download import download
print("begun", flush=True)
download(sys.argv[1], rates=(100, 500), source=sys.argv[2], parallel=2)
print("whole", flush=True)
"""


def start(folder, address):
    command = [sys.executable, "-c", CHILD, str(folder), address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def listen_to_ctrl_c():
    """Tests that run in the background of a shell inherit that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def kill_when_asked_for(served, folder, requests, delay_s):
    """Start a download, kill it a moment after it has asked for so many files; returns whether it was still at it."""
    before = served.asked.total()
    process = start(folder, served.address)
    while served.asked.total() - before < requests and process.poll() is None:
        time.sleep(0.0005)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate(timeout=60)
    return "whole" not in output


@pytest.mark.parametrize("requests", [1, 3, 8, 15])
def test_killed_for_real(served, tree, tmp_path, fast, requests):
    folder = tmp_path / "data"
    assert kill_when_asked_for(served, folder, requests, 0.001)
    there = content(folder)
    assert there.items() <= expected(tree, 100, 500).items() and "ptbxl_database.csv" not in there
    result = download(folder, rates=(100, 500), source=served.address, patience=fast)
    assert content(folder) == expected(tree, 100, 500)
    assert result.fetched + len(there) - 1 <= result.files + 1
    assert sorted(p.name for p in (folder / ".twelvelead-download").iterdir()) == ["lock", "verified.jsonl"]


@pytest.mark.slow
def test_killed_again_and_again(served, tree, tmp_path, fast):
    """A hundred kills at random moments; counts how many met a download at work."""
    chance = random.Random(0)
    met = 0
    for round_ in range(25):
        folder = tmp_path / str(round_)
        for _ in range(4):
            met += kill_when_asked_for(served, folder, chance.randint(1, 20), chance.random() * 0.02)
            there = content(folder)
            assert there.items() <= expected(tree, 100, 500).items()
        download(folder, rates=(100, 500), source=served.address, patience=fast)
        assert content(folder) == expected(tree, 100, 500)
    print(f"{met} of 100 kills met a download at work")
    assert met > 30


def test_ctrl_c_keeps_what_is_complete_and_says_how_to_go_on(served, tree, tmp_path, fast):
    """Even while the server is silent: nobody waits for it."""
    served.always["records500/00000/00004_hr.hea"] = "silence"
    served.always["records500/00000/00004_hr.dat"] = "stall"
    command = [sys.executable, "-m", "twelvelead.cli", "download", str(tmp_path / "data"), "--rate", "both"]
    process = subprocess.Popen(
        [*command, "--from", served.address, "--parallel", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_ctrl_c,
    )
    # 14 files and the list of them; then it can but wait for the two.
    while len(content(tmp_path / "data")) < 15 or not all(served.asked[path] for path in served.always):
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    output, said = process.communicate(timeout=20)  # less than the 30 s that a silent server gets
    assert process.returncode == 130 and output == ""
    assert re.search(r"twelvelead: stopped by hand; \d+ of 20 files are complete, and the same command goes on\.", said)
    assert "Traceback" not in said
    served.always.clear()
    result = download(tmp_path / "data", rates=(100, 500), source=served.address, patience=fast)
    assert result.fetched == 6 and content(tmp_path / "data") == expected(tree, 100, 500)
