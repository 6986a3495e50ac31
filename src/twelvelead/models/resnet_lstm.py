"""A CNN-LSTM as one would make it today: residual convolutions, a bidirectional LSTM, and pooling over all its steps.

What differs from the assignment's network, and why: residual blocks, so that more convolutions train; normalisation
before the LSTM; the convolutions' features go on beside the LSTM's; and mean and maximum over time instead of the last
step, which sees half of a bidirectional LSTM at its very first step and depends on where the recording happens to end.

`(batch, time, lead)` standardised signals in, `(batch, class)` logits out.
"""

from contextlib import nullcontext

import torch
from torch import Tensor, nn

from twelvelead.models.convolution import convolution
from twelvelead.models.pooled_head import PooledHead
from twelvelead.models.residual_block import ResidualBlock

__all__ = ["ResNetLSTM"]

STRIDES = (1, 2, 2)
"""Of the residual blocks; with the stem's, the LSTM makes an eighth as many steps as there are samples."""


class ResNetLSTM(nn.Module):
    """Residual convolutions and a bidirectional LSTM.

    Args:
        num_classes: logits.
        num_leads: leads of the input.
        channels: of every convolution.
        hidden: states of the LSTM in each direction.
        stem_width, width1, width2: widths of the stem and of each block's convolutions, samples; odd.
        stem_stride: samples from one step of the stem to the next.
        lstm_dropout: of the LSTM's input, 0 to 1.
        dropout: before the last layer, 0 to 1.
    """

    feature_map = "blocks"

    def __init__(
        self,
        num_classes: int = 5,
        num_leads: int = 12,
        channels: int = 128,
        hidden: int = 128,
        stem_width: int = 7,
        width1: int = 5,
        width2: int = 3,
        stem_stride: int = 2,
        lstm_dropout: float = 0.2,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.stem = convolution(num_leads, channels, stem_width, stem_stride)
        self.blocks = nn.Sequential(*(ResidualBlock(channels, width1, width2, stride) for stride in STRIDES))
        self.norm = nn.LayerNorm(channels)
        self.dropout = nn.Dropout(lstm_dropout)
        self.lstm = nn.LSTM(channels, hidden, batch_first=True, bidirectional=True)
        self.head = PooledHead(channels + 2 * hidden, num_classes, dropout=dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(batch, class)` of standardised signals `(batch, time, lead)`."""
        features = self.blocks(self.stem(x.permute(0, 2, 1)))
        steps = self._recurrent(self.dropout(self.norm(features.permute(0, 2, 1))))
        logits: Tensor = self.head(torch.cat([features, steps.permute(0, 2, 1)], dim=1))
        return logits

    def _recurrent(self, x: Tensor) -> Tensor:
        """The LSTM's states, `(batch, time, 2 * hidden)`."""
        # Autocast would take cuDNN's LSTM to float16 whatever type was asked for; it stays in float32.
        with torch.autocast("cuda", enabled=False) if x.is_cuda else nullcontext():
            states: Tensor = self.lstm(x.float() if x.is_cuda else x)[0]
        return states


NETWORK = ResNetLSTM
