"""One result whatever the number of processes: layers that look at a whole batch while each process has its share.

Batch normalisation takes the statistics of all shares together; dropout draws for the whole batch, and each process
takes its own records' part. The layers stand in for PyTorch's during a training only: parameters, buffers and their
names stay, so that what is saved is the plain network.
"""

import torch
from torch import Tensor, nn

from twelvelead.training.whole_norm import WholeBatch, WholeBatchNorm

__all__ = ["WholeBatch", "WholeBatchDropout", "see_whole_batches"]


def see_whole_batches(module: nn.Module, batch: WholeBatch) -> None:
    """Replace the layers inside `module` whose result would depend on how a batch is shared out."""
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm1d):
            setattr(module, name, WholeBatchNorm(child, batch))
        elif isinstance(child, nn.Dropout | nn.Dropout1d):
            setattr(module, name, WholeBatchDropout(child.p, isinstance(child, nn.Dropout1d), batch))
        else:
            see_whole_batches(child, batch)


class WholeBatchDropout(nn.Module):
    """Dropout whose draws do not depend on the number of processes, if all have the same seed.

    Args:
        p: share of values that become 0, 0 to 1.
        channels: drop whole channels, as `nn.Dropout1d`.
        batch: what is being trained on.
    """

    def __init__(self, p: float, channels: bool, batch: WholeBatch) -> None:
        super().__init__()
        self.p = p
        self._channels = channels
        self._batch = batch

    def forward(self, x: Tensor) -> Tensor:
        """`(share, ...)` in and out."""
        if not self.training or not self.p:
            return x
        one = (x.shape[1], *[1] * (x.ndim - 2)) if self._channels else x.shape[1:]
        stay = torch.empty((self._batch.records, *one), device=x.device).bernoulli_(1 - self.p)
        dropped: Tensor = x * stay[self._batch.rank :: self._batch.of].div_(1 - self.p).to(x.dtype)
        return dropped
