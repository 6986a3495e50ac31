"""A convolution over time with its normalisation, the brick of the convolutional networks."""

from torch import nn

from twelvelead.errors import ConfigError

__all__ = ["convolution"]


def convolution(
    channels_in: int, channels_out: int, width: int, stride: int = 1, *, activation: bool = True, start: float = 1.0
) -> nn.Sequential:
    """Convolution, batch normalisation and, if `activation`, ReLU: `(batch, channel, time)` in and out.

    Args:
        channels_in, channels_out: channels.
        width: samples of the kernel, odd; padded so that stride 1 keeps the length.
        stride: samples from one output to the next.
        start: the normalisation's scale before training; 0 lets a residual block begin as the identity
            (Goyal et al. 2017, "Accurate, large minibatch SGD").

    Raises:
        ConfigError: the width is even.
    """
    if width % 2 == 0:
        raise ConfigError(f"the width of a convolution is {width} samples; allowed are odd ones.")
    conv = nn.Conv1d(channels_in, channels_out, width, stride, padding=width // 2, bias=False)
    norm = nn.BatchNorm1d(channels_out)
    nn.init.constant_(norm.weight, start)
    return nn.Sequential(conv, norm, *([nn.ReLU(inplace=True)] if activation else []))
