"""`twelvelead train --devices 2` where a process is killed or fails: all end, one line says why, and it can go on."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from training.small_run import PATIENCE_S, WORDS, same_curve
from twelvelead.cli import main
from twelvelead.config import DataOptions
from twelvelead.data.parts import load_parts
from twelvelead.models.checkpoint import load_classifier
from twelvelead.training.history import read_history

pytestmark = [
    pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch has no torch.distributed"),
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc"),
    pytest.mark.timeout(1200),
]


TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


def start(
    words: list[str], limit: Callable[[], None] | None = None, launcher: Sequence[str] = (), **environment: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *launcher, "-m", "twelvelead.cli", "train", *words],
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Exit code, and the lines that say why."""
    try:
        _, said = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    return process.returncode, [line for line in said.splitlines() if line.startswith("twelvelead:")]


def worker(parent: int, rank: int) -> int:
    """PID of a process that `parent` started."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                child_of = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                of_rank = f"LOCAL_RANK={rank}\0".encode() in (folder / "environ").read_bytes()
            except OSError:
                continue
            if child_of == parent and of_rank:
                return int(folder.name)
    raise AssertionError(f"no process of rank {rank}")


@pytest.mark.parametrize("rank", [0, 1])
def test_a_killed_process_ends_all_and_the_training_goes_on(
    simulated: Path, alone: Path, tmp_path: Path, rank: int
) -> None:
    load_parts(simulated, DataOptions())
    run = tmp_path / "a run"
    process = start([str(simulated), "--out", str(run), *WORDS, "--devices", "2"])
    while len(read_history(run)) < 2 and process.poll() is None:
        time.sleep(0.02)
    others = worker(process.pid, 1 - rank)
    os.kill(worker(process.pid, rank), signal.SIGKILL)
    code, said = ended(process)
    assert code == 1
    assert len(said) == 1, said
    assert f"process {rank} of 2 (PID" in said[0] and "killed by SIGKILL" in said[0] and " is saved; go on" in said[0]
    assert not Path(f"/proc/{others}").exists()

    command = shlex.split(said[0].partition("go on with: twelvelead train ")[2].removesuffix("."))
    assert command[-1] == "--resume"
    code, said = ended(start(command))
    assert (code, said) == (0, [])
    same_curve(alone, run)


@pytest.mark.parametrize("rank", [0, 1])
def test_torchruns_killed_process_ends_all_and_the_training_goes_on(
    simulated: Path, alone: Path, tmp_path: Path, rank: int
) -> None:
    load_parts(simulated, DataOptions())
    run = tmp_path / "run"
    words = [str(simulated), "--out", str(run), *WORDS, "--devices", "2"]
    process = start(words, launcher=TORCHRUN)
    while len(read_history(run)) < 2 and process.poll() is None:
        time.sleep(0.02)
    pids = [worker(process.pid, 0), worker(process.pid, 1)]
    os.kill(pids[rank], signal.SIGKILL)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    # torchrun tells which one was killed, and ends the other one, which may have noticed before.
    assert "Signal 9 (SIGKILL)" in said
    ours = [line for line in said.splitlines() if line.startswith(("twelvelead:", "stopped;"))]
    assert len(ours) == 1 and "; go on with" in ours[0] and "--resume" in ours[0], said
    assert not Path(f"/proc/{pids[1 - rank]}").exists()
    assert ended(start([*words, "--resume"], launcher=TORCHRUN)) == (0, [])
    same_curve(alone, run)


@pytest.mark.parametrize("whom", [os.kill, os.killpg])
def test_ctrl_c_keeps_the_best_epoch_whoever_is_told(
    simulated: Path, tmp_path: Path, whom: Callable[[int, int], None]
) -> None:
    run = tmp_path / "run"
    words = ["500" if word == "8" else word for word in WORDS] + ["--devices", "2"]
    process = start([str(simulated), "--out", str(run), *words], os.setsid)
    while len(read_history(run)) < 2 and process.poll() is None:
        time.sleep(0.02)
    whom(process.pid, signal.SIGINT)
    printed, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, said
    assert said.count("stopped; go on with --resume") == 1 and printed.count("kept epoch") == 1
    assert load_classifier(run).info.thresholds is not None


def test_the_words_are_those_that_main_was_given(
    simulated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["a program", "of its own"])
    words = ["--network-options", "filters=8", "--epochs", "1", "--device", "cpu", "--threads", "1", "--devices", "2"]
    assert main(["train", str(simulated), "--out", str(tmp_path / "run"), *words]) == 0
    assert len(read_history(tmp_path / "run")) == 1


def test_a_full_disk_of_the_first_process_ends_all(simulated: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    load_parts(simulated, DataOptions())
    run = tmp_path / "run"
    words = [str(simulated), "--out", str(run), *WORDS, "--devices", "2"]
    code, said = ended(start(words, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))))
    assert code == 1
    assert len(said) == 1 and "cannot be written" in said[0] and "begin again with: twelvelead train" in said[0], said
    assert ended(start(words)) == (0, [])


def test_what_only_another_process_finds_is_told_too(simulated: Path, tmp_path: Path) -> None:
    load_parts(simulated, DataOptions())
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def damaged(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('signals.npy'):\n"
        "        raise OSError(5, 'Input/output error')\n"
        "if os.environ.get('LOCAL_RANK') == '1':\n"
        "    sys.addaudithook(damaged)\n"
    )
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    words = [str(simulated), "--out", str(tmp_path / "run"), *WORDS, "--devices", "2"]
    code, said = ended(start(words, PYTHONPATH=path))
    assert code == 1
    assert len(said) == 1 and "signals.npy is damaged (" in said[0], said
