"""The number that is explained: the logit of a recording's probability of one class."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from twelvelead.models.classifier import Classifier
from twelvelead.models.sliding import mean_probability_logits

__all__ = ["Logit", "differentiable", "recording_logit"]

Logit = Callable[[Tensor], Tensor]
"""Recordings `(recording, window, time, lead)` float32, millivolts, to one logit each."""


def recording_logit(classifier: Classifier, number: int) -> Logit:
    """The logit of what `predict` answers: of the mean over a recording's windows of the class's probability.

    Args:
        classifier: in evaluation mode.
        number: of the class, from 0.
    """

    def logit(windows_mv: Tensor) -> Tensor:
        logits = classifier(windows_mv.flatten(0, 1)).reshape(*windows_mv.shape[:2], -1)
        return mean_probability_logits(logits)[:, number]

    return logit


@contextmanager
def differentiable(classifier: Classifier) -> Iterator[Classifier]:
    """A copy that gradients go through to its input only, in evaluation mode.

    A copy, because hooks on its layers would also see what other threads predict meanwhile.
    """
    one = copy.deepcopy(classifier).eval().requires_grad_(False)
    recurrent = any(isinstance(module, nn.RNNBase) for module in one.modules())
    # cuDNN's LSTM has no backward pass in evaluation mode; PyTorch's own has.
    with (
        torch.inference_mode(False),
        torch.enable_grad(),
        torch.backends.cudnn.flags(enabled=torch.backends.cudnn.enabled and not recurrent),
    ):
        yield one
