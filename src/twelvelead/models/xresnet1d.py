"""The residual network with the improvements of He et al. 2019 ("Bag of tricks", arXiv 1812.01187), in one dimension
and in the sizes of the PTB-XL benchmark (Strodthoff et al. 2020, "xresnet1d"): 18 to 101 layers of 64 channels.

The tricks: a stem of three narrow convolutions, average pooling in the shortcuts where time steps are halved, and
blocks that begin as the identity. `(batch, time, lead)` standardised signals in, `(batch, class)` logits out.
"""

from torch import Tensor, nn
from torch.nn import functional

from twelvelead.errors import require_choice
from twelvelead.models.convolution import convolution
from twelvelead.models.pooled_head import PooledHead
from twelvelead.models.stem_blocks_head import StemBlocksHead

__all__ = ["LAYERS", "XResNet1d"]

LAYERS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}
"""Blocks of each stage by depth (He et al. 2016, table 1)."""

BOTTLENECK_FROM = 50
"""Networks of this depth and more have blocks of three convolutions, whose output is four times as wide."""

EXPANSION = 4
STEM = (32, 32, 64)


class XResNet1d(StemBlocksHead):
    """Residual network, deep and narrow.

    Args:
        num_classes: logits.
        num_leads: leads of the input.
        depth: 18, 34, 50 or 101 layers.
        channels: of the blocks' wide convolutions.
        width: of the convolutions, samples; odd.
        dropout: before the last layer, 0 to 1.

    Raises:
        ConfigError: there is no such depth.
    """

    def __init__(
        self,
        num_classes: int = 5,
        num_leads: int = 12,
        depth: int = 101,
        channels: int = 64,
        width: int = 5,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        require_choice("depth", str(depth), map(str, LAYERS))
        expansion = EXPANSION if depth >= BOTTLENECK_FROM else 1
        widths = (num_leads, *STEM)
        stem = [convolution(a, b, width, stride) for a, b, stride in zip(widths, STEM, (2, 1, 1))]
        self.stem = nn.Sequential(*stem, nn.MaxPool1d(3, stride=2, padding=1))
        blocks: list[nn.Module] = []
        entering = STEM[-1]
        for stage, count in enumerate(LAYERS[depth]):
            for number in range(count):
                stride = 2 if stage > 0 and number == 0 else 1
                blocks.append(XBlock(entering, channels, expansion, width, stride))
                entering = channels * expansion
        self.blocks = nn.Sequential(*blocks)
        self.head = PooledHead(entering, num_classes, dropout=dropout)


class XBlock(nn.Module):
    """A residual block that begins as the identity; `(batch, channel, time)`.

    Args:
        entering: channels in.
        channels: of the wide convolutions; `channels * expansion` come out.
        expansion: 1: two wide convolutions; more: one between two of width 1.
        width: samples, odd.
        stride: 2 halves the number of time steps, rounded up.
    """

    def __init__(self, entering: int, channels: int, expansion: int, width: int, stride: int) -> None:
        super().__init__()
        leaving = channels * expansion
        if expansion == 1:
            first = [convolution(entering, channels, width, stride)]
            last = convolution(channels, leaving, width, activation=False, start=0.0)
        else:
            first = [convolution(entering, channels, 1), convolution(channels, channels, width, stride)]
            last = convolution(channels, leaving, 1, activation=False, start=0.0)
        self.path = nn.Sequential(*first, last)
        shortcut: list[nn.Module] = [nn.AvgPool1d(2, ceil_mode=True)] if stride == 2 else []
        if entering != leaving:
            shortcut.append(convolution(entering, leaving, 1, activation=False))
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x: Tensor) -> Tensor:
        """Features of features."""
        return functional.relu(self.path(x) + self.shortcut(x))


NETWORK = XResNet1d
