"""Where and in which number format to compute: the options as a started Lightning Fabric.

One CPU, one GPU, several of either, and several machines differ in this object only; the loop is the same.
"""

import platform

import torch
from lightning_fabric import Fabric

from twelvelead.config import TrainOptions
from twelvelead.errors import ConfigError

__all__ = ["describe_engine", "release_memory", "start_engine"]

_PRECISION = {"32": "32-true", "bf16": "bf16-mixed", "16": "16-mixed"}


def start_engine(options: TrainOptions) -> Fabric:
    """A Fabric that is launched and seeded nowhere yet.

    Raises:
        ConfigError: there is no such device, or half precision is asked of a CPU.
    """
    device = _device(options)
    if device == "cpu" and options.precision == "16":
        raise ConfigError("--precision 16 needs a GPU; on a CPU use 32 or bf16.")
    if options.threads:
        torch.set_num_threads(options.threads)
    several = options.devices * options.nodes > 1
    fabric = Fabric(
        accelerator=device,
        devices=options.devices,
        num_nodes=options.nodes,
        strategy="ddp" if several else "auto",
        precision=_PRECISION[options.precision],  # type: ignore[arg-type]
    )
    fabric.launch()
    if device == "cuda":
        torch.backends.cudnn.benchmark = True
    release_memory(fabric)
    return fabric


def release_memory(fabric: Fabric) -> None:
    """Give the GPU's cached memory back, before and after a training; nothing to do on a CPU."""
    if fabric.device.type == "cuda":
        torch.cuda.empty_cache()


def describe_engine(fabric: Fabric) -> dict[str, object]:
    """Device, processes and versions, for result files."""
    cuda = fabric.device.type == "cuda"
    return {
        "device": torch.cuda.get_device_name(fabric.device) if cuda else platform.processor() or "cpu",
        "processes": fabric.world_size,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def _device(options: TrainOptions) -> str:
    available = torch.cuda.is_available()
    if options.device == "cuda" and not available:
        raise ConfigError("--device cuda: no CUDA GPU is usable here; use --device cpu, or install a CUDA torch.")
    if options.device != "auto":
        return options.device
    return "cuda" if available else "cpu"
