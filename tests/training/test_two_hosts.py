"""Training on two hosts that share a disk and a network: one loss curve, and what happens when something fails."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from training.small_run import PATIENCE_S, WORDS, same_curve
from training.two_hosts import Host, two_hosts
from twelvelead.config import DataOptions
from twelvelead.data.parts import load_parts
from twelvelead.training.history import read_history

pytestmark = [
    pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch has no torch.distributed"),
    pytest.mark.skipif(sys.platform != "linux", reason="makes two hosts with Linux's namespaces"),
    pytest.mark.timeout(1200),
]

TORCHRUN = "-m torch.distributed.run --nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint first:29500"


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[tuple[Host, Host]]:
    with two_hosts(tmp_path) as both:
        yield both


def torchrun(hosts: tuple[Host, Host], words: list[str]) -> None:
    for host in hosts:
        host.start([sys.executable, *TORCHRUN.split(), "-m", "twelvelead.cli", "train", *words, "--nodes", "2"])


def slurm(hosts: tuple[Host, Host], words: list[str]) -> None:
    job = {"SLURM_JOB_ID": "1", "SLURM_JOB_NAME": "train", "SLURM_NODELIST": "first,second", "SLURM_NNODES": "2"}
    job |= {"SLURM_NTASKS": "2", "SLURM_NTASKS_PER_NODE": "1", "SLURM_LOCALID": "0", "MASTER_PORT": "29500"}
    for rank, host in enumerate(hosts):
        place = {"SLURM_PROCID": str(rank), "SLURM_NODEID": str(rank)}
        host.start([sys.executable, "-m", "twelvelead.cli", "train", *words, "--nodes", "2"], **job, **place)


def ended(host: Host) -> tuple[int, list[str], str]:
    """Exit code of the last command, the lines of ours that say why, and all that it said."""
    printed, said = host.started[-1].communicate(timeout=PATIENCE_S)
    lines = [line for line in said.splitlines() if line.startswith(("twelvelead:", "stopped;"))]
    return host.started[-1].returncode, lines, printed + said


def test_two_hosts_train_one_model_and_the_first_one_writes(
    simulated: Path, alone: Path, hosts: tuple[Host, Host], tmp_path: Path
) -> None:
    load_parts(simulated, DataOptions())
    runs = tmp_path / "runs"
    runs.mkdir()
    where = shlex.quote(str(runs))
    hosts[1].mounts = f"mount --bind {where} {where}; mount -o remount,ro,bind {where}"
    slurm(hosts, [str(simulated), "--out", str(runs / "two"), *WORDS])
    for host in hosts:
        code, lines, said = ended(host)
        assert (code, lines) == (0, []), said
        assert said.count("kept epoch") == (host is hosts[0])
    same_curve(alone, runs / "two", within=1e-5)


def test_a_killed_process_ends_both_hosts_and_the_training_goes_on(
    simulated: Path, alone: Path, hosts: tuple[Host, Host], tmp_path: Path
) -> None:
    load_parts(simulated, DataOptions())
    run = tmp_path / "run"
    words = [str(simulated), "--out", str(run), *WORDS]
    torchrun(hosts, words)
    while len(read_history(run)) < 2 and all(host.started[-1].poll() is None for host in hosts):
        time.sleep(0.02)
    os.kill(of_training(hosts[1]), signal.SIGKILL)
    for host, told in zip(hosts, (1, 0)):
        code, lines, said = ended(host)
        assert code == 1, said
        assert len(lines) == told, said
    assert "Signal 9 (SIGKILL)" in said, "torchrun tells which process was killed"

    torchrun(hosts, [*words, "--resume"])
    for host in hosts:
        code, lines, said = ended(host)
        assert (code, lines) == (0, []), said
    same_curve(alone, run, within=1e-5)


def of_training(host: Host) -> int:
    """PID of the host's process that trains."""
    for pid in host.pids():
        with suppress(OSError):  # it has ended since
            if b"LOCAL_RANK=0\0" in Path(f"/proc/{pid}/environ").read_bytes():
                return pid
    raise AssertionError(f"nothing trains on {host.name}")


def test_a_run_folder_that_is_not_shared_is_told(simulated: Path, hosts: tuple[Host, Host], tmp_path: Path) -> None:
    load_parts(simulated, DataOptions())
    runs = tmp_path / "runs"
    runs.mkdir()
    hosts[1].mounts = f"mount -t tmpfs none {shlex.quote(str(runs))}"
    slurm(hosts, [str(simulated), "--out", str(runs / "two"), *WORDS])
    found = [ended(host) for host in hosts]
    assert [code for code, _, _ in found] == [2, 2], found
    # Processes of one parent, as these are, tell once; on machines of their own each one does.
    (line,) = [line for _, lines, _ in found for line in lines]
    assert line.startswith("twelvelead: process 1 of 2 does not see the first one's run folder"), line
