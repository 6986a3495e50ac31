"""Which device to compute on."""

import torch

from twelvelead.config import Device
from twelvelead.errors import ConfigError

__all__ = ["choose_device"]


def choose_device(wanted: Device = "auto", count: int = 1) -> str:
    """ "cpu" or "cuda"; "auto" takes the GPU if there is one.

    Raises:
        ConfigError: CUDA was asked for and is not usable, or there are fewer than `count` GPUs.
    """
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise ConfigError("--device cuda: no CUDA GPU is usable here; use --device cpu, or install a CUDA torch.")
    device = "cuda" if available and wanted != "cpu" else "cpu"
    if device == "cuda" and torch.cuda.device_count() < count:
        raise ConfigError(f"--devices is {count}; this machine has {torch.cuda.device_count()} usable GPUs.")
    return device
