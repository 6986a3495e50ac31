"""Devices and number formats."""

import os
import socket
import subprocess
import sys

import pytest
import torch

from training.small_run import PATIENCE_S
from twelvelead.config import TrainOptions
from twelvelead.errors import ConfigError
from twelvelead.training.engine import describe_engine, launch, make_engine


def test_a_missing_gpu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="no CUDA GPU is usable here"):
        make_engine(TrainOptions(device="cuda"))


def test_half_precision_needs_a_gpu() -> None:
    with pytest.raises(ConfigError, match="--precision 16 needs a GPU"):
        make_engine(TrainOptions(device="cpu", precision="16"))


def test_several_machines_need_a_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TORCHELASTIC_RUN_ID", "SLURM_JOB_ID", "NODE_RANK", "GROUP_RANK"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigError, match="with torchrun or SLURM"):
        make_engine(TrainOptions(device="cpu", nodes=2))


def test_what_slurm_was_told_otherwise_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = {
        "SLURM_NTASKS": "1",
        "SLURM_NTASKS_PER_NODE": "1",
        "SLURM_JOB_NAME": "train",
        "SLURM_NODELIST": "localhost",
    }
    for name, value in (
        {"SLURM_JOB_ID": "1", "SLURM_PROCID": "0", "SLURM_LOCALID": "0", "SLURM_NODEID": "0"} | tasks
    ).items():
        monkeypatch.setenv(name, value)
    options = TrainOptions(device="cpu", devices=2)
    with pytest.raises(
        ConfigError, match="--devices is 2 and --nodes 1; torchrun or SLURM was told otherwise"
    ) as error:
        launch(make_engine(options), options)
    assert "\n" not in str(error.value)


def test_bfloat16_trains_on_a_cpu() -> None:
    fabric = make_engine(TrainOptions(device="cpu", precision="bf16"))
    layer = fabric.setup(torch.nn.Linear(3, 2))
    assert layer(torch.ones(1, 3)).dtype == torch.float32
    assert next(layer.parameters()).dtype == torch.float32
    assert describe_engine(fabric)["processes"] == 1


def test_a_training_on_a_cpu_keeps_the_memory_that_a_step_frees(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    monkeypatch.setattr("twelvelead.training.engine.keep_freed_memory", lambda: told.append(True))
    make_engine(TrainOptions(device="cpu"))
    assert told == [True]


ONE_OF_TWO = """
import atexit
import torch
from twelvelead.config import TrainOptions
from twelvelead.training.engine import launch, make_engine

atexit.register(lambda: print("meets the others:", torch.distributed.is_initialized(), flush=True))
options = TrainOptions(device="cpu", devices=2)
fabric = make_engine(options)
launch(fabric, options)
fabric.barrier()
print("meets the others:", torch.distributed.is_initialized(), flush=True)
"""


@pytest.mark.skipif(not torch.distributed.is_available(), reason="this PyTorch has no torch.distributed")
def test_a_process_leaves_the_others_before_python_ends() -> None:
    """Gloo's threads would abort it in about one end of four: "terminate called without an active exception"."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "NODE_RANK": "0", "OMP_NUM_THREADS": "1"}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", ONE_OF_TWO],
            env={**os.environ, **place, "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        for process in both:
            printed, _ = process.communicate(timeout=PATIENCE_S)
            told = [line for line in printed.splitlines() if line.startswith("meets")]
            assert told == ["meets the others: True", "meets the others: False"], printed
            assert process.returncode == 0
    finally:
        for process in both:
            process.kill()
            process.communicate()
