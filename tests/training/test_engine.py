"""Devices and number formats."""

import pytest
import torch

from twelvelead.config import TrainOptions
from twelvelead.errors import ConfigError
from twelvelead.training.engine import describe_engine, make_engine


def test_a_missing_gpu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="no CUDA GPU is usable here"):
        make_engine(TrainOptions(device="cuda"))


def test_half_precision_needs_a_gpu() -> None:
    with pytest.raises(ConfigError, match="--precision 16 needs a GPU"):
        make_engine(TrainOptions(device="cpu", precision="16"))


def test_bfloat16_trains_on_a_cpu() -> None:
    fabric = make_engine(TrainOptions(device="cpu", precision="bf16"))
    layer = fabric.setup(torch.nn.Linear(3, 2))
    assert layer(torch.ones(1, 3)).dtype == torch.float32
    assert next(layer.parameters()).dtype == torch.float32
    assert describe_engine(fabric)["processes"] == 1
