"""`Classifier`: what is trained, saved, exported and served. Millivolts in, one logit a class out.

The standardiser is part of it (buffers), and so is everything else that its numbers depend on (`ModelInfo`), so that no
seam of the data can be lost between training and use.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from twelvelead.models.info import ModelInfo
from twelvelead.models.registry import build_network
from twelvelead.models.sliding import mean_probability_logits, sliding_windows

__all__ = ["Classifier", "ModelInfo"]


class Classifier(nn.Module):
    """A network with its standardiser and its `info`.

    Args:
        info: what it is; the network is built from it.
        mean_mv: `(lead,)` millivolts.
        std_mv: `(lead,)` millivolts, greater than 0.
    """

    mean_mv: Tensor
    std_mv: Tensor

    def __init__(
        self,
        info: ModelInfo,
        mean_mv: NDArray[np.float64] | None = None,
        std_mv: NDArray[np.float64] | None = None,
    ) -> None:
        super().__init__()
        self.info = info
        leads = len(info.leads)
        self.network = build_network(info.network, len(info.classes), leads, info.options)
        mean = np.zeros(leads) if mean_mv is None else mean_mv
        std = np.ones(leads) if std_mv is None else std_mv
        self.register_buffer("mean_mv", torch.as_tensor(mean, dtype=torch.float32))
        self.register_buffer("std_mv", torch.as_tensor(std, dtype=torch.float32))

    def forward(self, signals_mv: Tensor) -> Tensor:
        """Logits `(batch, class)` of signals `(batch, time, lead)` float32, millivolts."""
        logits = self._untempered((signals_mv - self.mean_mv) / self.std_mv)
        return logits if self.info.temperature == 1 else logits / self.info.temperature

    def _untempered(self, signals: Tensor) -> Tensor:
        if self.info.window_s is None:
            logits: Tensor = self.network(signals)
            return logits
        windows = sliding_windows(signals, round(self.info.window_s * self.info.rate_hz))
        logits = self.network(windows.flatten(0, 1))
        return mean_probability_logits(logits.reshape(*windows.shape[:2], logits.shape[-1]))

    def note_training(self, **facts: Any) -> None:
        """Add to what is said of the training."""
        self.info = replace(self.info, trained_on={**self.info.trained_on, **facts})

    def set_thresholds(self, thresholds: Sequence[float], rule: str) -> None:
        """Record decision thresholds, one a class, 0 to 1, and how they were chosen."""
        assert len(thresholds) == len(self.info.classes)
        self.info = replace(self.info, thresholds=tuple(map(float, thresholds)), threshold_rule=rule)

    def change_temperature(self, temperature: float) -> None:
        """Divide the network's logits by `temperature`, greater than 0, from now on; decisions stay what they were."""
        assert temperature > 0
        ratio = temperature / self.info.temperature
        thresholds = self.info.thresholds
        if thresholds is not None:
            thresholds = tuple(_scaled(threshold, ratio) for threshold in thresholds)
        self.info = replace(self.info, temperature=temperature, thresholds=thresholds)


def _scaled(probability: float, temperature: float) -> float:
    """The probability that the same logit gives when divided by `temperature`."""
    if not 0 < probability < 1:
        return probability
    logit = math.log(probability) - math.log1p(-probability)
    # Of a number that is not above 1, which cannot overflow.
    odds = math.exp(-abs(logit) / temperature)
    return (1 if logit > 0 else odds) / (1 + odds)
