"""AdamW for the recipe's options; without weight decay it is the assignment's Adam."""

import torch
from torch import nn

from twelvelead.config import TrainOptions

__all__ = ["make_optimizer"]

_DECAYED = (nn.Conv1d, nn.Linear, nn.LSTM)
"""Modules whose matrices are pulled towards zero. Biases and normalisations are not, and neither are the time constants
of a state space, for which zero is no neutral value."""


def make_optimizer(model: nn.Module, options: TrainOptions, fused: bool = False) -> torch.optim.AdamW:
    """An optimiser of all parameters of `model`, kernels in the first group.

    Args:
        model: what is trained.
        options: the recipe.
        fused: all of a step in one kernel, which alone can leave out a step of 16 bits without asking the host.
    """
    decayed, free = split_parameters(model)
    groups = [{"params": decayed, "weight_decay": options.weight_decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=options.lr, fused=fused or None)


def split_parameters(model: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Parameters with and without weight decay."""
    decayed: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            kernel = isinstance(module, _DECAYED) and parameter.ndim > 1
            (decayed if kernel else free).append(parameter)
    return decayed, free
