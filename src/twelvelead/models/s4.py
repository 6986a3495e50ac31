"""A network of diagonal state space layers (S4D), as for ECGs by Mehari & Strodthoff 2023 (arXiv 2308.15291).

Gu et al. 2022 (arXiv 2206.11893) give the layer; each block looks at the signal forwards and backwards.
`(batch, time, lead)` standardised signals in, `(batch, class)` logits out.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from twelvelead.models.pooled_head import PooledHead
from twelvelead.models.state_space import StateSpace
from twelvelead.models.stem_blocks_head import StemBlocksHead

__all__ = ["S4"]


class S4(StemBlocksHead):
    """State space network.

    Args:
        num_classes: logits.
        num_leads: leads of the input.
        channels: of every layer.
        depth: blocks.
        state: complex modes of each channel and direction.
        stem_width: width of the first convolution, samples; padded by half of it on either side.
        stem_stride: 2 halves the work of everything after it.
        dropout: of whole channels inside the blocks, 0 to 1.
    """

    def __init__(
        self,
        num_classes: int = 5,
        num_leads: int = 12,
        channels: int = 128,
        depth: int = 4,
        state: int = 8,
        stem_width: int = 3,
        stem_stride: int = 2,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.stem = nn.Conv1d(num_leads, channels, stem_width, stem_stride, padding=stem_width // 2)
        self.blocks = nn.Sequential(*(S4Block(channels, state, dropout) for _ in range(depth)))
        self.head = PooledHead(channels, num_classes, hidden=0, dropout=dropout)


class S4Block(nn.Module):
    """Normalisation, a state space in each direction of time, and a gated mixing of channels, beside a shortcut.

    Args:
        channels: in and out.
        state: complex modes of each channel and direction.
        dropout: of whole channels, 0 to 1.
    """

    def __init__(self, channels: int, state: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(channels)
        self.forwards = StateSpace(channels, state)
        self.backwards = StateSpace(channels, state)
        self.mixing = nn.Conv1d(channels, 2 * channels, 1)
        self.dropout = nn.Dropout1d(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, channel, time)` in and out."""
        normal = self.norm(x)
        both = self.forwards(normal) + torch.flip(self.backwards(torch.flip(normal, dims=(2,))), dims=(2,))
        mixed = functional.glu(self.mixing(self.dropout(functional.gelu(both))), dim=1)
        changed: Tensor = x + self.dropout(mixed)
        return changed


NETWORK = S4
