"""InceptionTime (Ismail Fawaz et al. 2020, arXiv 1909.04939), in the size of the PTB-XL benchmark (Strodthoff et al.
2020, "inception1d"): every module looks at the signal through kernels of three widths at once.

`(batch, time, lead)` standardised signals in, `(batch, class)` logits out.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from twelvelead.errors import ConfigError
from twelvelead.models.convolution import convolution
from twelvelead.models.pooled_head import PooledHead

__all__ = ["Inception1d"]

BLOCK = 3
"""Modules between two shortcuts."""


class Inception1d(nn.Module):
    """Inception modules with residual shortcuts around every three.

    Args:
        num_classes: logits.
        num_leads: leads of the input.
        filters: of each branch; a module has four, so four times as many channels come out.
        widest: width of the widest kernel, samples; the others are about half and a quarter of it.
        depth: modules, a multiple of three.
        dropout: before the last layer, 0 to 1.

    Raises:
        ConfigError: the depth is no multiple of three.
    """

    feature_map = "features"

    def __init__(
        self,
        num_classes: int = 5,
        num_leads: int = 12,
        filters: int = 32,
        widest: int = 39,
        depth: int = 6,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        if depth < BLOCK or depth % BLOCK:
            raise ConfigError(f"depth is {depth}; allowed is a multiple of {BLOCK}.")
        channels = 4 * filters
        widths = (widest | 1, widest // 2 | 1, widest // 4 | 1)
        entering = [num_leads, *[channels] * (depth - 1)]
        self.modules_ = nn.ModuleList(InceptionModule(count, filters, widths) for count in entering)
        self.shortcuts = nn.ModuleList(convolution(c, channels, 1, activation=False) for c in entering[::BLOCK])
        self.features = nn.Identity()
        self.head = PooledHead(channels, num_classes, dropout=dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(batch, class)` of standardised signals `(batch, time, lead)`."""
        x = x.permute(0, 2, 1)
        for start, shortcut in zip(range(0, len(self.modules_), BLOCK), self.shortcuts):
            beside = shortcut(x)
            for module in self.modules_[start : start + BLOCK]:
                x = module(x)
            x = functional.relu(x + beside)
        logits: Tensor = self.head(self.features(x))
        return logits


class InceptionModule(nn.Module):
    """Three convolutions of different widths and a pooled branch, side by side; `(batch, channel, time)`.

    Args:
        entering: channels in.
        filters: of each branch and of the bottleneck before the three convolutions.
        widths: of the three kernels, samples; odd.
    """

    def __init__(self, entering: int, filters: int, widths: tuple[int, int, int]) -> None:
        super().__init__()
        self.bottleneck = nn.Conv1d(entering, filters, 1, bias=False)
        self.branches = nn.ModuleList(
            nn.Conv1d(filters, filters, width, padding=width // 2, bias=False) for width in widths
        )
        self.pooled = nn.Sequential(nn.MaxPool1d(3, stride=1, padding=1), nn.Conv1d(entering, filters, 1, bias=False))
        self.norm = nn.BatchNorm1d(4 * filters)

    def forward(self, x: Tensor) -> Tensor:
        """Features of features, as many time steps."""
        narrow = self.bottleneck(x)
        joined = torch.cat([*(branch(narrow) for branch in self.branches), self.pooled(x)], dim=1)
        return functional.relu(self.norm(joined))


NETWORK = Inception1d
