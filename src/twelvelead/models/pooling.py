"""Max pooling by two followed by ReLU, as one step that is cheap on a CPU.

PyTorch's `MaxPool1d` keeps a 64-bit index for every output while training; two strided halves and their comparison say
the same. Output and gradients equal `relu(max_pool1d(x, 2))`, ties included: the first of two equals wins.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["max_pool_relu"]


def max_pool_relu(x: Tensor) -> Tensor:
    """`relu(max_pool1d(x, 2))` of `(batch, channel, time)`; an odd last sample is left out, as there."""
    half = x.shape[-1] // 2
    x = x[..., : 2 * half]
    if torch.is_grad_enabled() and x.requires_grad:
        pooled: Tensor = _MaxPoolReLU.apply(x)  # type: ignore[no-untyped-call]
        return pooled
    return functional.max_pool1d(x, 2).clamp_min_(0)


class _MaxPoolReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        first, second = x[..., 0::2], x[..., 1::2]
        out = torch.maximum(first, second).clamp_min_(0)
        ctx.save_for_backward(first >= second, out)
        ctx.length = x.shape[-1]
        return out

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        first_wins, out = ctx.saved_tensors
        passed = grad * (out > 0)
        to_first = passed * first_wins
        result: Tensor = passed.new_empty((*passed.shape[:-1], ctx.length))
        result[..., 0::2] = to_first
        result[..., 1::2] = passed.sub_(to_first)
        return result
