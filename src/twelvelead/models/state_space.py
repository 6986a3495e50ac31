"""A diagonal state space model as a layer, in two forms that give the same: a convolution (for training and whole
recordings) and a recurrence (sample by sample).

Gu, Gupta, Goel & Ré 2022, "On the parameterization and initialization of diagonal state space models"
(arXiv 2206.11893), S4D-Lin with zero-order hold. Each channel has `state` complex modes, of which one of each
conjugate pair is kept:

    x' = A x + u,  y = 2 Re(C x) + D u

Complex numbers are kept as pairs of real ones, so that optimisers, files and mixed precision need not know them.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

__all__ = ["FrozenStateSpace", "StateSpace"]

SHORTEST_STEP, LONGEST_STEP = 1e-3, 1e-1
"""Range of the time step at the start (section 4.1 there); its inverse is how many samples a channel remembers."""


class StateSpace(nn.Module):
    """One state space model a channel, causal.

    Args:
        channels: of the input and the output.
        state: complex modes of each channel.
    """

    def __init__(self, channels: int, state: int = 8) -> None:
        super().__init__()
        low, high = math.log(SHORTEST_STEP), math.log(LONGEST_STEP)
        self.log_step = nn.Parameter(torch.empty(channels).uniform_(low, high))
        self.log_decay = nn.Parameter(torch.full((channels, state), math.log(0.5)))
        self.frequency = nn.Parameter(math.pi * torch.arange(state).repeat(channels, 1))
        self.readout = nn.Parameter(torch.randn(channels, state, 2) * math.sqrt(0.5))
        self.direct = nn.Parameter(torch.randn(channels))

    def forward(self, u: Tensor) -> Tensor:
        """`(batch, channel, time)` in and out, by a convolution with the impulse response."""
        with torch.autocast(u.device.type, enabled=False):  # an FFT has no half precision on a CPU
            signal = u.float()
            time = signal.shape[-1]
            if self.training and not len(u):  # a process without a record of a batch: FFTs of nothing are refused
                return signal * (self.direct + self.impulse_response(time).sum(dim=1))[:, None]
            kernel = torch.fft.rfft(self.impulse_response(time), 2 * time)
            y: Tensor = torch.fft.irfft(torch.fft.rfft(signal, 2 * time) * kernel, 2 * time)[..., :time]
            return y + signal * self.direct[:, None]

    def impulse_response(self, time: int) -> Tensor:
        """`(channel, time)`: the answer to a single 1, without the direct path."""
        real, imaginary = self._gain()
        modes = self._modes()
        steps = torch.arange(time, device=self.log_step.device)
        size = torch.exp(modes.log_size[..., None] * steps)
        angle = modes.angle[..., None] * steps
        response = size * (real[..., None] * torch.cos(angle) - imaginary[..., None] * torch.sin(angle))
        return 2 * response.sum(dim=1)

    def recurrent(self, u: Tensor) -> Tensor:
        """The same as `forward`, one time step after the other; `(batch, channel, time)` in and out."""
        gain = torch.complex(*self._gain())
        modes = self._modes()
        factor = torch.polar(torch.exp(modes.log_size), modes.angle)
        state = torch.zeros(len(u), *gain.shape, dtype=gain.dtype, device=u.device)
        outputs = []
        for value in u.float().unbind(dim=-1):
            state = factor * state + value[..., None]
            outputs.append(2 * (gain * state).sum(dim=-1).real + value * self.direct)
        return torch.stack(outputs, dim=-1)

    def frozen(self, time: int) -> "FrozenStateSpace":
        """The same for signals of `time` samples, with a fixed response."""
        with torch.no_grad():
            response = self.impulse_response(time)
            response[:, 0] += self.direct
        return FrozenStateSpace(response)

    def _modes(self) -> "Modes":
        step = torch.exp(self.log_step)[:, None]
        return Modes(-torch.exp(self.log_decay) * step, self.frequency * step)

    def _gain(self) -> tuple[Tensor, Tensor]:
        """Real and imaginary part of C (exp(A step) - 1) / A, `(channel, mode)`."""
        modes = self._modes()
        size = torch.exp(modes.log_size)
        real, imaginary = size * torch.cos(modes.angle) - 1, size * torch.sin(modes.angle)
        decay, frequency = -torch.exp(self.log_decay), self.frequency
        norm = decay.square() + frequency.square()
        held_real = (real * decay + imaginary * frequency) / norm
        held_imaginary = (imaginary * decay - real * frequency) / norm
        c_real, c_imaginary = self.readout.unbind(dim=-1)
        return (
            c_real * held_real - c_imaginary * held_imaginary,
            c_real * held_imaginary + c_imaginary * held_real,
        )


class Modes(NamedTuple):
    """exp(A step) of each mode, `(channel, mode)`, as logarithm of its size and as angle in radians."""

    log_size: Tensor
    angle: Tensor


class FrozenStateSpace(nn.Module):
    """A state space that learns no more, for signals of one length, as exported files have it.

    Its transforms are of a power of two: runtimes' transforms of other lengths are slower, and less exact.

    Args:
        response: `(channel, time)`, the answer to a single 1, the direct path included.
    """

    real: Tensor
    imaginary: Tensor

    def __init__(self, response: Tensor) -> None:
        super().__init__()
        # Twice as long as the signal, so that its end does not come round to its beginning.
        self._length = 2 ** (2 * response.shape[-1] - 1).bit_length()
        spectrum = torch.fft.rfft(response.double(), self._length)
        self.register_buffer("real", spectrum.real.float().contiguous())
        self.register_buffer("imaginary", spectrum.imag.float().contiguous())

    def forward(self, u: Tensor) -> Tensor:
        """`(batch, channel, time)` in and out."""
        product = torch.fft.rfft(u, self._length) * torch.complex(self.real, self.imaginary)
        y: Tensor = torch.fft.irfft(product, self._length)[..., : u.shape[-1]]
        return y
