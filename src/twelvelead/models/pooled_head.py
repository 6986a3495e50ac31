"""From features over time to logits: mean and maximum over time, one hidden layer, as in the PTB-XL benchmark
(Strodthoff et al. 2020).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["HIDDEN", "PooledHead"]

HIDDEN = 128


class PooledHead(nn.Module):
    """`(batch, channel, time)` features, any number of time steps, to `(batch, class)` logits.

    Args:
        channels: of the features.
        num_classes: logits.
        hidden: units of the hidden layer; 0: none, a linear layer only.
        dropout: before the last layer, 0 to 1; half of it before the hidden layer.
    """

    def __init__(self, channels: int, num_classes: int, hidden: int = HIDDEN, dropout: float = 0.5) -> None:
        super().__init__()
        pooled = 2 * channels
        layers: list[nn.Module] = []
        if hidden:
            layers += [RecordNorm(pooled), nn.Dropout(dropout / 2), nn.Linear(pooled, hidden), nn.ReLU()]
            layers += [RecordNorm(hidden)]
        self.layers = nn.Sequential(*layers, nn.Dropout(dropout), nn.Linear(hidden or pooled, num_classes))

    def forward(self, x: Tensor) -> Tensor:
        """Logits of features."""
        logits: Tensor = self.layers(torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1))
        return logits


class RecordNorm(nn.BatchNorm1d):
    """Batch normalisation of `(batch, channel)` that takes a batch of one record while training.

    One record has no spread; it is normalised by the running statistics, and does not change them.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normalised features."""
        if self.training and len(x) == 1:
            return functional.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        normal: Tensor = super().forward(x)
        return normal
