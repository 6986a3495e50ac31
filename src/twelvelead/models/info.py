"""`ModelInfo`: all that a user of a model must know besides its weights. Needs no PyTorch."""

from dataclasses import dataclass, field
from typing import Any

from twelvelead.leads import LEADS

__all__ = ["ModelInfo"]


@dataclass(frozen=True)
class ModelInfo:
    """All that a user of the weights must know besides the weights."""

    network: str
    """Name of the network, a file of `twelvelead.models`."""
    classes: tuple[str, ...]
    """Names of the outputs, in their order."""
    rate_hz: int
    """Sampling rate of the input."""
    duration_s: float
    """Length of the signals that it takes."""
    leads: tuple[str, ...] = LEADS
    """Leads of the input, in their order."""
    window_s: float | None = None
    """Length of the windows that the network looks at; the mean of their probabilities is the signal's. None: it looks
    at the whole signal."""
    options: dict[str, Any] = field(default_factory=dict)
    """The network's options, where they differ from its defaults."""
    task: str = "superdiagnostic"
    label_rule: str = ""
    thresholds: tuple[float, ...] | None = None
    """Probability from which each class counts as present; chosen on the validation part only. None: not chosen."""
    threshold_rule: str = ""
    """How `thresholds` were chosen, in words."""
    temperature: float = 1.0
    """Divides the network's logits; fitted on the validation part, 1 where it was not."""
    trained_on: dict[str, Any] = field(default_factory=dict)
    """Data, split and settings of the training, for people and for results."""

    @property
    def decision_thresholds(self) -> tuple[float, ...]:
        """The chosen thresholds, or 0.5 for every class where none were chosen."""
        return self.thresholds or (0.5,) * len(self.classes)
