"""Batch normalisation by the statistics of all processes' shares together, on any device.

PyTorch's `SyncBatchNorm` does the same for GPUs only, and takes no batch of one record.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed import all_reduce
from torch.nn import functional

__all__ = ["WholeBatch", "WholeBatchNorm"]


@dataclass
class WholeBatch:
    """The batch that is being trained on, of which this process has the records `rank`, `rank + of`, ..."""

    rank: int
    of: int
    """Processes."""
    records: int = 0
    """Of the whole batch; set before each step."""


class WholeBatchNorm(nn.BatchNorm1d):
    """`nn.BatchNorm1d` of a batch that is shared out over processes; shares may differ in size and be empty.

    One value a channel in the whole batch has no spread: it is normalised by the running statistics, which stay.

    Args:
        norm: the layer whose parameters and buffers it takes over.
        batch: what is being trained on.
    """

    def __init__(self, norm: nn.BatchNorm1d, batch: WholeBatch) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum, device="meta")
        self._parameters, self._buffers, self.training = norm._parameters, norm._buffers, norm.training
        self._batch = batch

    def forward(self, x: Tensor) -> Tensor:
        """`(share, channel)` or `(share, channel, time)` in and out."""
        if not self.training:
            plain: Tensor = super().forward(x)
            return plain
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None and self.momentum is not None
        count = self._batch.records * x.shape[2:].numel()
        if count == 1:
            mean, variance = self.running_mean, self.running_var
            return functional.batch_norm(x, mean, variance, self.weight, self.bias, eps=self.eps)
        mean, variance = _statistics(x.detach(), count)
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)
        normal: Tensor = _Normalisation.apply(x, self.weight, self.bias, mean, variance, count, self.eps)  # type: ignore[no-untyped-call]
        return normal


def _statistics(x: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Mean and (biased) variance of each channel's `count` values over all processes."""
    sums = torch.zeros(2, x.shape[1], dtype=torch.float64, device=x.device)
    if x.numel():
        variance, mean = (moment.double() for moment in torch.var_mean(x.float(), _axes(x), correction=0))
        sums = torch.stack([mean, variance + mean.square()]) * (x.numel() // x.shape[1])
    all_reduce(sums)
    mean, square = sums / count
    return mean.float(), (square - mean.square()).clamp_min(0).float()


class _Normalisation(torch.autograd.Function):
    """The usual formula and its gradient (Ioffe & Szegedy 2015, arXiv 1502.03167), with means over all processes.

    Gradients of weight and bias are of the own share: those are averaged with all others.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, count: int, eps: float
    ) -> Tensor:
        ctx.save_for_backward(x, weight, mean, variance)
        ctx.count, ctx.eps = count, eps
        return functional.batch_norm(x, mean, variance, weight, bias, eps=eps)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, mean, variance = ctx.saved_tensors
        narrow, grad, x = x.dtype, grad.float(), x.float()
        inverse = torch.rsqrt(variance + ctx.eps)
        of_bias = grad.sum(_axes(x))
        of_weight = ((grad * x).sum(_axes(x)) - mean * of_bias) * inverse
        sums = torch.stack([of_bias, of_weight])
        all_reduce(sums)
        constant, slope = sums / ctx.count
        shape = (1, -1, *[1] * (x.ndim - 2))
        # weight * inverse * (grad - constant - normalised * slope), with as few passes over x as can be.
        scale = weight * inverse
        steep = -scale * slope * inverse
        of_x = torch.addcmul((-scale * constant - steep * mean).view(shape), x, steep.view(shape))
        of_x.addcmul_(grad, scale.view(shape))
        return of_x.to(narrow), of_weight, of_bias, None, None, None, None


def _axes(x: Tensor) -> list[int]:
    return [axis for axis in range(x.ndim) if axis != 1]
