"""What is exported: the whole classifier, from millivolts to probabilities."""

from typing import Any

import torch
from torch import Tensor, nn

from twelvelead.inference.exported import signal_samples
from twelvelead.models.classifier import Classifier
from twelvelead.models.state_space import StateSpace

__all__ = ["ExportedModule", "example_signals", "freeze_state_spaces"]

EXAMPLE_BATCH = 2
"""Not 1, which PyTorch would take for a size that is always 1."""


class ExportedModule(nn.Module):
    """Probabilities `(batch, class)` of signals `(batch, time, lead)`, millivolts.

    Args:
        classifier: in evaluation mode; standardiser, windows and temperature are its own.
    """

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.classifier = classifier.eval()

    def forward(self, signals_mv: Tensor) -> Tensor:
        """Probabilities, 0 to 1."""
        return torch.sigmoid(self.classifier(signals_mv))


def example_signals(classifier: Classifier) -> Tensor:
    """Signals of the shape that the classifier's file will take."""
    info = classifier.info
    return torch.zeros(EXAMPLE_BATCH, signal_samples(info), len(info.leads))


def freeze_state_spaces(module: nn.Module, signals: Tensor) -> None:
    """Put fixed responses in the place of state spaces, which would make theirs anew at every call.

    Args:
        module: changed in place.
        signals: that the module takes, for the lengths.
    """
    lengths: dict[str, int] = {}

    def note(name: str) -> Any:
        return lambda _, inputs: lengths.__setitem__(name, inputs[0].shape[-1])

    spaces = {name: part for name, part in module.named_modules() if isinstance(part, StateSpace)}
    hooks = [part.register_forward_pre_hook(note(name)) for name, part in spaces.items()]
    with torch.no_grad():
        module(signals)
    for hook in hooks:
        hook.remove()
    for name, part in spaces.items():
        module.set_submodule(name, part.frozen(lengths[name]))
