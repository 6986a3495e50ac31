"""Several processes on a CPU: one result whatever their number, each record counted once."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from training.side_by_side import CASES
from twelvelead.config import DataOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import load_parts
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.models.registry import network_names
from twelvelead.training.history import read_history

pytestmark = pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch has no torch.distributed")

PATIENCE_S = 1200
"""A busy machine is no failure; pytest's own limit is shorter."""

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def train_all_cases(data: Path, runs: Path, processes: int) -> None:
    runs.mkdir()
    shared = {**ENVIRONMENT, "PROCESSES": str(processes), "MASTER_PORT": str(free_port())}
    command = [sys.executable, "-m", "training.side_by_side", str(data), str(runs)]
    started = [
        subprocess.Popen(
            command, env={**shared, "LOCAL_RANK": str(rank)}, stderr=subprocess.PIPE, text=True, cwd=HERE.parent
        )
        for rank in range(processes)
    ]
    try:
        for process in started:
            _, said = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, said
    finally:
        for process in started:
            process.kill()
            process.communicate()


@pytest.mark.timeout(PATIENCE_S)
def test_any_number_of_processes_trains_one_model(simulated: Path, tmp_path: Path) -> None:
    assert {case.network for case in CASES.values()} == set(network_names())
    load_parts(simulated, DataOptions())
    for processes in (1, 2, 4):
        train_all_cases(simulated, tmp_path / str(processes), processes)
    for name in CASES:
        alone = read_history(tmp_path / "1" / name)
        for processes in ("2", "4"):
            together = read_history(tmp_path / processes / name)
            assert len(together) == len(alone)
            for one, other in zip(alone, together):
                assert other.train_loss == pytest.approx(one.train_loss, abs=1e-4), (name, processes, one.epoch)
                assert other.val_loss == pytest.approx(one.val_loss, abs=1e-4), (name, processes, one.epoch)
    for processes in (2, 4):
        digests = [json.loads((tmp_path / str(processes) / f"digests-{r}.json").read_text()) for r in range(processes)]
        assert all(one == digests[0] for one in digests), "every process has the same weights and averages"


@pytest.mark.parametrize("launcher", ["devices", "torchrun"])
def test_two_processes_through_the_command_line(simulated: Path, tmp_path: Path, launcher: str) -> None:
    run = tmp_path / "run"
    module = [sys.executable, "-m"]
    if launcher == "torchrun":
        module += ["torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    words = ["train", str(simulated), "--out", str(run), "--epochs", "1", "--batch-size", "15"]
    result = subprocess.run(
        [*module, "twelvelead.cli", *words, "--device", "cpu", "--devices", "2", "--json"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["engine"]["processes"] == 2
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("val")
    classifier = load_classifier(run)
    assert type(classifier.network.bn1) is nn.BatchNorm1d
    scores = Predictor(classifier).predict_dataset(RecordDataset(parts.store.signals, rows, labels))
    loss = nn.functional.binary_cross_entropy(torch.as_tensor(scores), torch.as_tensor(labels).double())
    (epoch,) = read_history(run)
    assert epoch.val_loss == pytest.approx(float(loss), abs=1e-5)


@pytest.mark.timeout(PATIENCE_S)
@pytest.mark.parametrize(("nodes", "devices"), [(1, 2), (2, 1)])
def test_slurms_tasks_are_taken_for_processes(simulated: Path, tmp_path: Path, nodes: int, devices: int) -> None:
    load_parts(simulated, DataOptions())
    run = tmp_path / "run"
    words = ["train", str(simulated), "--out", str(run), "--epochs", "1", "--network-options", "filters=8"]
    words += ["--device", "cpu", "--nodes", str(nodes), "--devices", str(devices)]
    job = {
        "SLURM_JOB_ID": str(free_port()),
        "SLURM_JOB_NAME": "train",
        "SLURM_NTASKS": "2",
        "SLURM_NNODES": str(nodes),
        "SLURM_NTASKS_PER_NODE": str(devices),
        "SLURM_NODELIST": "localhost",
        "MASTER_PORT": str(free_port()),
    }
    started = []
    for task in range(2):
        place = {"SLURM_PROCID": str(task), "SLURM_LOCALID": str(task % devices), "SLURM_NODEID": str(task // devices)}
        command = [sys.executable, "-m", "twelvelead.cli", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, env={**ENVIRONMENT, **job, **place}, **pipes))
    try:
        printed = [process.communicate(timeout=PATIENCE_S) for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0, 0], printed
    assert "kept epoch 1" in printed[0][0] and printed[1][0] == "", "one process tells"
    assert json.loads((run / "training.json").read_text())["engine"]["processes"] == 2
