"""The shape that most networks have: a stem, blocks that keep the time axis, and a head that pools over it."""

from torch import Tensor, nn

__all__ = ["StemBlocksHead"]


class StemBlocksHead(nn.Module):
    """Three parts, each of which takes what the one before gives; a network makes them in its `__init__`.

    `stem` and `blocks` take and give `(batch, channel, time)`, the stem's channels are the leads; `head` gives
    `(batch, class)` logits.
    """

    feature_map = "blocks"

    stem: nn.Module
    blocks: nn.Module
    head: nn.Module

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(batch, class)` of standardised signals `(batch, time, lead)`."""
        logits: Tensor = self.head(self.blocks(self.stem(x.permute(0, 2, 1))))
        return logits
