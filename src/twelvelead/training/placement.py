"""Where the records of a training lie and how its steps are computed: what differs between a CPU and a GPU."""

import torch
from lightning_fabric import Fabric

from twelvelead.config import Resident, TrainOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.resident import ResidentDataset, fits

__all__ = ["in_one_kernel", "placed"]


def placed(dataset: RecordDataset, device: torch.device, resident: Resident) -> RecordDataset:
    """The records, in the device's memory if that was asked, or if it is a GPU with room for them."""
    if resident == "yes" or (resident == "auto" and device.type == "cuda" and fits(dataset, device)):
        return ResidentDataset(dataset, device)
    return dataset


def in_one_kernel(fabric: Fabric, options: TrainOptions) -> bool:
    """Whether the optimiser's step is one kernel. Fabric cannot clip a scaled loss's gradients with that one."""
    return fabric.device.type == "cuda" and not (options.precision == "16" and options.clip)
