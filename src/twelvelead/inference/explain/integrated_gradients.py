"""Integrated gradients (Sundararajan, Taly & Yan 2017, arXiv 1703.01365) with as many steps as the ECG needs.

The way from the baseline to the ECG is a straight line. Along each piece of it the attributions must add up to what the
logit gains there (completeness, proposition 1 there); the piece where they miss it most is halved until they do.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from twelvelead.errors import needs_extra
from twelvelead.inference.explain.logit import Logit

__all__ = ["LARGEST_ERROR", "MOST_EVALUATIONS", "Integral", "integrate_gradients"]

LARGEST_ERROR = 0.05
"""Logits; the sum of what the pieces miss. A probability changes by at most a quarter of it."""

MOST_EVALUATIONS = 256
"""Points after which no more pieces are halved; what is still missed is told."""

FIRST_PIECES = 4
POINTS = 4
"""Of a piece, as Gauss and Legendre place them."""

WINDOWS_AT_ONCE = 8
"""Windows that gradients are taken through together; bounds the memory, and stays near a CPU's cache."""


@dataclass(frozen=True)
class Integral:
    """What was found."""

    attribution: NDArray[np.float64]
    """`(window, time, lead)`, logits."""
    baseline_logit: float
    evaluations: int


@dataclass(frozen=True)
class _Piece:
    """A piece of the way, from `low` to `high`, 0 to 1."""

    low: float
    high: float
    attribution: NDArray[np.float64]
    gain: float
    """Of the logit, from one end to the other."""

    @property
    def error(self) -> float:
        return abs(float(self.attribution.sum()) - self.gain)


def integrate_gradients(logit: Logit, windows_mv: Tensor, baseline_mv: Tensor) -> Integral:
    """What each sample adds to the logit, against the baseline.

    Args:
        logit: what is explained.
        windows_mv: `(window, time, lead)` millivolts, of one recording.
        baseline_mv: `(lead,)` millivolts, the values of an ECG without a signal.

    Raises:
        TwelveleadError: captum is not installed.
    """
    way = _Way(logit, windows_mv[None], baseline_mv.expand_as(windows_mv)[None])
    ends = np.linspace(0.0, 1.0, FIRST_PIECES + 1)
    pieces = [way.piece(float(low), float(high)) for low, high in pairwise(ends)]
    while sum(piece.error for piece in pieces) > LARGEST_ERROR and way.evaluations + 2 * POINTS <= MOST_EVALUATIONS:
        worst = max(pieces, key=lambda piece: piece.error)
        pieces.remove(worst)
        middle = (worst.low + worst.high) / 2
        pieces += [way.piece(worst.low, middle), way.piece(middle, worst.high)]
    return Integral(np.sum([piece.attribution for piece in pieces], axis=0), way.logit_at(0.0), way.evaluations)


class _Way:
    """The straight line from a baseline (0) to a recording (1), both `(1, window, time, lead)`."""

    def __init__(self, logit: Logit, recording: Tensor, baseline: Tensor) -> None:
        with needs_extra("explain"):
            from captum.attr import IntegratedGradients
        self._logit = logit
        self._method = IntegratedGradients(logit)
        self._recording, self._baseline = recording, baseline
        self._logits: dict[float, float] = {}
        self.evaluations = 0

    def piece(self, low: float, high: float) -> _Piece:
        """Attributions along a piece; those of all pieces add up to those of the whole line."""
        windows = self._recording.shape[1]
        found = self._method.attribute(
            self._point(high),
            baselines=self._point(low),
            n_steps=POINTS,
            method="gausslegendre",
            internal_batch_size=max(1, WINDOWS_AT_ONCE // windows),
        )
        self.evaluations += POINTS
        gain = self.logit_at(high) - self.logit_at(low)
        return _Piece(low, high, found[0].detach().double().cpu().numpy(), gain)

    def logit_at(self, place: float) -> float:
        """The logit of a point of the line."""
        if place not in self._logits:
            with torch.no_grad():
                self._logits[place] = float(self._logit(self._point(place))[0])
        return self._logits[place]

    def _point(self, place: float) -> Tensor:
        return torch.lerp(self._baseline, self._recording, place)
