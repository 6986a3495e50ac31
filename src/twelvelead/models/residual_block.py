"""The residual block of Wang et al. 2017 (arXiv 1611.06455), of two convolutions."""

from torch import Tensor, nn
from torch.nn import functional

from twelvelead.models.convolution import convolution

__all__ = ["ResidualBlock"]


class ResidualBlock(nn.Module):
    """Two convolutions beside a shortcut, added before the last ReLU; `(batch, channel, time)`.

    Args:
        channels: in and out.
        width1, width2: widths of the convolutions, samples; odd.
        stride: of the first convolution and of the shortcut.
    """

    def __init__(self, channels: int, width1: int, width2: int, stride: int = 1) -> None:
        super().__init__()
        self.first = convolution(channels, channels, width1, stride)
        self.second = convolution(channels, channels, width2, activation=False)
        self.shortcut = convolution(channels, channels, 1, stride, activation=False) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Features of features, `stride` times fewer time steps."""
        return functional.relu(self.second(self.first(x)) + self.shortcut(x))
