"""The residual network of Wang et al. 2017 ("Time series classification from scratch", arXiv 1611.06455), in the size
of the PTB-XL benchmark (Strodthoff et al. 2020, "resnet1d_wang"): a stem and three residual blocks of two convolutions.

`(batch, time, lead)` standardised signals in, `(batch, class)` logits out.
"""

import itertools

from torch import nn

from twelvelead.models.convolution import convolution
from twelvelead.models.pooled_head import PooledHead
from twelvelead.models.residual_block import ResidualBlock
from twelvelead.models.stem_blocks_head import StemBlocksHead

__all__ = ["ResNet1dWang"]


class ResNet1dWang(StemBlocksHead):
    """Residual network with few, wide blocks.

    Args:
        num_classes: logits.
        num_leads: leads of the input.
        channels: of every convolution.
        stem_width, width1, width2: widths of the stem and of each block's convolutions, samples; odd.
        stem_stride: 1 as published; 2 halves the work of everything after it.
        blocks: residual blocks; each but the first halves the number of time steps.
        dropout: before the last layer, 0 to 1.
    """

    def __init__(
        self,
        num_classes: int = 5,
        num_leads: int = 12,
        channels: int = 128,
        stem_width: int = 7,
        width1: int = 5,
        width2: int = 3,
        stem_stride: int = 1,
        blocks: int = 3,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.stem = convolution(num_leads, channels, stem_width, stem_stride)
        strides = itertools.chain([1], itertools.repeat(2, blocks - 1))
        self.blocks = nn.Sequential(*(ResidualBlock(channels, width1, width2, stride) for stride in strides))
        self.head = PooledHead(channels, num_classes, dropout=dropout)


NETWORK = ResNet1dWang
