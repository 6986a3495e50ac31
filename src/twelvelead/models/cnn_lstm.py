"""The CNN-LSTM of the course assignment: two convolutions, a bidirectional LSTM, its last time step, two dense layers.

`(batch, time, lead)` standardised signals in, `(batch, class)` logits out. Shapes: B batch, L leads, T time,
C channels.

The last time step is all that is used. There the backward LSTM has made its first step only, so only that one is
computed: the same output and gradients at about half the work (`last_step`).
"""

import warnings

import torch
from torch import Tensor, nn
from torch.nn import functional

from twelvelead.models.pooling import max_pool_relu

__all__ = ["CNN_LSTM", "last_step"]

_FORWARD = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


class CNN_LSTM(nn.Module):
    """CNN-LSTM of the assignment.

    Args:
        num_classes: logits.
        num_leads: leads of the input.
        filters: of the first convolution; the second has twice as many, and the LSTM as many states as those.
        width1, width2: widths of the two convolutions, samples; padded by half of it on either side, which keeps the
            length where it is odd.
        dropout: before the last layer, 0 to 1.
    """

    feature_map = "bn2"

    def __init__(
        self,
        num_classes: int = 5,
        num_leads: int = 12,
        filters: int = 64,
        width1: int = 7,
        width2: int = 5,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        hidden = 2 * filters
        self.conv1 = nn.Conv1d(num_leads, filters, width1, padding=width1 // 2)
        self.bn1 = nn.BatchNorm1d(filters)
        self.pool1 = nn.MaxPool1d(2)
        self.conv2 = nn.Conv1d(filters, hidden, width2, padding=width2 // 2)
        self.bn2 = nn.BatchNorm1d(hidden)
        self.pool2 = nn.MaxPool1d(2)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True, bidirectional=True)
        self.fc1 = nn.Linear(2 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.fc2 = nn.Linear(hidden, num_classes)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(batch, class)` of standardised signals `(batch, time, lead)`."""
        x = x.permute(0, 2, 1)  # (B, L, T)
        x = self._block(x, self.conv1, self.bn1)  # (B, C, T/2)
        x = self._block(x, self.conv2, self.bn2)  # (B, 2C, T/4)
        x = last_step(self.lstm, x.permute(0, 2, 1))  # (B, 4C)
        x = self.relu(self.fc1(x))
        x = self.dropout(x)
        return self.fc2(x)  # type: ignore[no-any-return]

    def _block(self, x: Tensor, conv: nn.Conv1d, norm: nn.BatchNorm1d) -> Tensor:
        if self.training:
            x = norm(_convolution_before_norm(x, conv))
        elif torch.is_grad_enabled():
            x = norm(conv(x))
        else:
            # Without gradients and with fixed statistics the normalisation is part of the convolution.
            x = _normalised_convolution(x, conv, norm)
        return max_pool_relu(x)


def last_step(lstm: nn.LSTM, x: Tensor) -> Tensor:
    """`lstm(x)[0][:, -1]` for a one-layer bidirectional LSTM, without the backward steps that it does not use.

    Args:
        lstm: one layer, bidirectional, `batch_first`, with biases, no projection.
        x: `(batch, time, input)`.

    Returns:
        `(batch, 2 * hidden)`: the forward state after the last step, and the backward state after its
        first step, which is the one at the last time.
    """
    if x.is_cuda and torch.is_autocast_enabled("cuda"):
        # Autocast would take cuDNN's LSTM to float16 whatever type was asked for; it stays in float32.
        with torch.autocast("cuda", enabled=False):
            return _last_step(lstm, x.float())
    return _last_step(lstm, x)


def _last_step(lstm: nn.LSTM, x: Tensor) -> Tensor:
    weights = dict(lstm.named_parameters())
    state = x.new_zeros(1, x.shape[0], lstm.hidden_size)
    hidden = _forward_direction(x, state, [weights[name] for name in _FORWARD], lstm.training)
    bias = weights["bias_ih_l0_reverse"] + weights["bias_hh_l0_reverse"]
    gates = functional.linear(x[:, -1], weights["weight_ih_l0_reverse"], bias)
    if torch.is_grad_enabled():
        # Adds zero, so that the recurrent weight has its gradient, zero, as in the plain form.
        gates = gates + functional.linear(state[0], weights["weight_hh_l0_reverse"])
    # The first step starts from a zero state: nothing for the forget gate to keep.
    enter, _, candidate, leave = gates.chunk(4, dim=1)
    cell = torch.sigmoid(enter) * torch.tanh(candidate)
    backward = torch.sigmoid(leave) * torch.tanh(cell)
    return torch.cat([hidden, backward], dim=1)


def _forward_direction(x: Tensor, state: Tensor, weights: list[Tensor], training: bool) -> Tensor:
    """The forward LSTM's state after the last step, `(batch, hidden)`."""
    if not x.is_cuda:
        return torch.lstm(x, (state, state), weights, True, 1, 0.0, training, False, True)[1][0]
    with warnings.catch_warnings():
        # Half of a bidirectional LSTM's weights lie apart in memory; cuDNN copies them together, which is little.
        warnings.filterwarnings("ignore", message="RNN module weights are not part of single contiguous chunk")
        return torch.lstm(x, (state, state), weights, True, 1, 0.0, training, False, True)[1][0]


def _convolution_before_norm(x: Tensor, conv: nn.Conv1d) -> Tensor:
    """`conv(x)` where a normalisation by the batch's own mean follows, which takes the bias away again.

    The bias's gradient is zero then. Computed, it would be rounding noise, of which Adam makes whole steps, others for
    each number of threads and processes.
    """
    assert conv.bias is not None
    return functional.conv1d(x, conv.weight, conv.bias.detach() + 0 * conv.bias, padding=conv.padding)


def _normalised_convolution(x: Tensor, conv: nn.Conv1d, norm: nn.BatchNorm1d) -> Tensor:
    assert norm.running_mean is not None and norm.running_var is not None and conv.bias is not None
    scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
    shift = norm.bias + (conv.bias - norm.running_mean) * scale
    weight = conv.weight * scale[:, None, None]
    return functional.conv1d(x, weight, shift, padding=conv.padding)


NETWORK = CNN_LSTM
