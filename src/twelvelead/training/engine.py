"""Where and in which number format to compute: the options as a Lightning Fabric.

One CPU, one GPU, several of either, and several machines differ in this object only; the loop is the same.
"""

import atexit
import os
import platform

import torch
from lightning_fabric import Fabric

from twelvelead.config import TrainOptions
from twelvelead.errors import ConfigError
from twelvelead.models.device import choose_device
from twelvelead.models.kept_memory import keep_freed_memory
from twelvelead.training.interface import choose_interface
from twelvelead.training.others import LostProcess, is_about_others

__all__ = ["describe_engine", "launch", "make_engine", "release_memory", "started_outside"]

_STARTED_BY = ("TORCHELASTIC_RUN_ID", "SLURM_JOB_ID", "NODE_RANK", "GROUP_RANK")
"""Set by what starts a training on several machines."""

_PRECISION = {"32": "32-true", "bf16": "bf16-mixed", "16": "16-mixed"}


def make_engine(options: TrainOptions) -> Fabric:
    """A Fabric for these options; `launch` starts its other processes.

    Raises:
        ConfigError: there is no such device, or half precision is asked of a CPU.
    """
    device = choose_device(options.device, options.devices)
    if device == "cpu" and options.precision == "16":
        raise ConfigError("--precision 16 needs a GPU; on a CPU use 32 or bf16.")
    if options.nodes > 1 and not started_outside():
        raise ConfigError(f"--nodes is {options.nodes}: start the command on each machine with torchrun or SLURM.")
    if options.threads:
        torch.set_num_threads(options.threads)
    if device == "cuda":
        torch.backends.cudnn.benchmark = True
    else:
        keep_freed_memory()
    several = options.devices * options.nodes > 1
    return Fabric(
        accelerator=device,
        devices=options.devices,
        num_nodes=options.nodes,
        strategy="ddp" if several else "auto",
        precision=_PRECISION[options.precision],  # type: ignore[arg-type]
    )


def launch(fabric: Fabric, options: TrainOptions) -> None:
    """Start the other processes, or meet them.

    Raises:
        ConfigError: torchrun or SLURM was told of other numbers.
        LostProcess: the others cannot be reached.
    """
    if options.nodes > 1:
        choose_interface(fabric.strategy.cluster_environment.main_address)  # type: ignore[attr-defined]
    try:
        fabric.launch()
    except RuntimeError as error:
        if not is_about_others(error):
            raise
        reason = " ".join(str(error).split())
        raise LostProcess(
            f"the processes of this training cannot reach each other ({reason}); are all of them started? The network "
            "interface that joins the machines can be named in GLOO_SOCKET_IFNAME, for GPUs in NCCL_SOCKET_IFNAME."
        ) from error
    except ValueError as error:
        told = f"--devices is {options.devices} and --nodes {options.nodes}"
        raise ConfigError(f"{told}; torchrun or SLURM was told otherwise: {' '.join(str(error).split())}") from error
    if fabric.world_size > 1:
        atexit.register(_leave_the_others)


def _leave_the_others() -> None:
    """End Gloo's threads while Python runs: one that still lets go of a tensor later aborts the process."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def started_outside() -> bool:
    """Whether torchrun, SLURM or the like started this process."""
    return any(name in os.environ for name in _STARTED_BY)


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
