"""A signal as overlapping windows, and their logits as one.

Networks that were trained on short crops see a recording through windows of the crop's length, half overlapping, as in
the PTB-XL benchmark (Strodthoff et al. 2020, which takes the largest of the windows' probabilities; here it is their
mean).
"""

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["mean_probability_logits", "sliding_windows", "window_starts"]


def window_starts(time: int, length: int) -> list[int]:
    """First samples of the windows: half overlapping, the last one ending with the signal."""
    assert 0 < length <= time
    last = time - length
    return [*range(0, last, max(1, length // 2)), last]


def sliding_windows(signals: Tensor, length: int) -> Tensor:
    """Windows `(batch, window, length, lead)` of `(batch, time, lead)`; a shorter signal is one window, as it is."""
    if signals.shape[1] <= length:
        return signals[:, None]
    starts = window_starts(signals.shape[1], length)
    return torch.stack([signals[:, start : start + length] for start in starts], dim=1)


def mean_probability_logits(logits: Tensor) -> Tensor:
    """Logits `(batch, class)` of the mean over windows of the probabilities of `(batch, window, class)`.

    log(mean p) - log(mean (1 - p)), of logarithms throughout, so that no probability is rounded to 0 or 1.
    """
    if logits.shape[1] == 1:
        return logits[:, 0]
    present = functional.logsigmoid(logits).logsumexp(dim=1)
    return present - functional.logsigmoid(-logits).logsumexp(dim=1)
