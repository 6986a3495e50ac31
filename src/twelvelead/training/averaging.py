"""A running average of the weights, which is smoother than the last step's (Polyak & Juditsky 1992)."""

import copy

import torch
from torch import Tensor

from twelvelead.models.classifier import Classifier

__all__ = ["WeightAverage"]


class WeightAverage:
    """The average of a classifier's weights and of its normalisations' statistics.

    Args:
        classifier: the one that is trained.
        stay: share of the average that stays at a step, 0 to 1. In the first steps less stays, (1 + n) / (10 + n) at
            step n, so that random weights are soon forgotten.
    """

    def __init__(self, classifier: Classifier, stay: float) -> None:
        self.classifier = copy.deepcopy(classifier).requires_grad_(False).eval()
        self.steps = 0
        self._stay = stay

    @torch.no_grad()
    def update(self, classifier: Classifier) -> None:
        """Take in the weights after a step."""
        self.steps += 1
        stay = min(self._stay, (1 + self.steps) / (10 + self.steps))
        ours, theirs = self.classifier.state_dict(), classifier.state_dict()
        floats = [key for key, value in ours.items() if value.is_floating_point()]
        torch._foreach_lerp_([ours[key] for key in floats], [theirs[key] for key in floats], 1 - stay)
        for key in ours.keys() - set(floats):
            ours[key].copy_(theirs[key])

    def state(self) -> dict[str, Tensor]:
        """Tensors to save."""
        return {**self.classifier.state_dict(), "steps": torch.tensor(self.steps)}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Take up a saved average again."""
        self.steps = int(state["steps"])
        self.classifier.load_state_dict({key: value for key, value in state.items() if key != "steps"})
