"""`Explanation`: what an attribution says about one ECG and one class. Needs no PyTorch."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.config import ExplainMethod

__all__ = ["METHOD_NOTES", "TIME_STEP_S", "Explanation", "Part"]

TIME_STEP_S = 0.2
"""Seconds of a step of `by_time`: a large square of ECG paper, about as long as a wave."""

METHOD_NOTES: dict[ExplainMethod, str] = {
    "integrated_gradients": "integrated gradients: logits that each sample of each lead adds, against a flat ECG at "
    "each lead's mean in the training data",
    "grad_cam": "Grad-CAM: where in time the network's last map of features speaks for the class, in no unit; "
    "that map holds all leads together, so nothing is said of single leads",
}


@dataclass(frozen=True)
class Part:
    """What falls on one lead, or on one stretch of time."""

    share: float
    """Of the absolute attribution, 0 to 1; 0 where there is none at all."""
    total: float
    """Sum of the attribution with its signs; logits for integrated gradients."""


@dataclass(frozen=True)
class Explanation:
    """Which samples speak for a class (above 0) and which against it (below 0), as the model sees them."""

    file: str
    """Where the recording comes from."""
    class_name: str
    method: ExplainMethod
    probability: float
    """Of the class, 0 to 1: what `predict` says."""
    threshold: float
    """Probability from which the class counts as present."""
    logit: float
    """What is explained: the logarithm of the probability's odds."""
    baseline_logit: float | None
    """The same of the flat ECG; None for Grad-CAM, which compares with nothing."""
    attribution: NDArray[np.float64]
    """`(time, lead)` in logits; for Grad-CAM `(time, 1)`, not below 0, in no unit."""
    evaluations: int
    """How many points on the way from the flat ECG had their gradient taken."""
    signal_mv: NDArray[np.float32]
    """`(time, lead)` millivolts: the recording as the model saw it."""
    rate_hz: int
    """Of `attribution` and `signal_mv`."""
    leads: tuple[str, ...]
    """Of `signal_mv`."""
    quality: tuple[str, ...] = ()
    """What is doubtful about the signal."""
    steps: tuple[str, ...] = ()
    """What was done to the signal, in order."""

    @property
    def decision(self) -> bool:
        """Whether the probability reaches the threshold."""
        return self.probability >= self.threshold

    @property
    def attributed(self) -> float:
        """Sum of the attribution."""
        return float(self.attribution.sum())

    @property
    def completeness_error(self) -> float | None:
        """What `attributed` is above `logit - baseline_logit`, logits; 0 in theory. None for Grad-CAM."""
        if self.baseline_logit is None:
            return None
        return self.attributed - (self.logit - self.baseline_logit)

    @property
    def by_lead(self) -> dict[str, Part] | None:
        """By lead; None where the method tells no leads apart."""
        if self.attribution.shape[1] == 1:
            return None
        return dict(zip(self.leads, self._parts(self.attribution.T[:, None])))

    @property
    def by_time(self) -> tuple[Part, ...]:
        """By steps of `TIME_STEP_S` from the beginning; the last one may be shorter.

        Each begins at the sample nearest to its time, so that at any rate step n is of n times `TIME_STEP_S` and on.
        """
        return tuple(self._parts(self._time_steps()))

    @property
    def lead_by_time(self) -> tuple[str, ...] | None:
        """The lead with the largest absolute attribution in each step; None where the method tells no leads apart."""
        if self.attribution.shape[1] == 1:
            return None
        return tuple(self.leads[int(np.abs(step).sum(axis=0).argmax())] for step in self._time_steps())

    def to_json(self) -> dict[str, Any]:
        """The object that `explain --json` prints."""
        by_lead = self.by_lead
        return {
            "file": self.file,
            "class": self.class_name,
            "probability": self.probability,
            "threshold": self.threshold,
            "decision": self.decision,
            "method": self.method,
            "method_note": METHOD_NOTES[self.method],
            "logit": self.logit,
            "baseline_logit": self.baseline_logit,
            "attributed": self.attributed if self.baseline_logit is not None else None,
            "completeness_error": self.completeness_error,
            "evaluations": self.evaluations,
            "by_lead": by_lead and {lead: self._part_json(part) for lead, part in by_lead.items()},
            "time_step_s": TIME_STEP_S,
            "by_time": [self._part_json(part) for part in self.by_time],
            "quality": list(self.quality),
            "steps": list(self.steps),
        }

    def _part_json(self, part: Part) -> dict[str, float]:
        return {"share": part.share} if self.baseline_logit is None else {"share": part.share, "logit": part.total}

    def _time_steps(self) -> list[NDArray[np.float64]]:
        steps = math.ceil(len(self.attribution) / self.rate_hz / TIME_STEP_S)
        starts = [round(number * TIME_STEP_S * self.rate_hz) for number in range(1, steps)]
        return np.split(self.attribution, [start for start in starts if start < len(self.attribution)])

    def _parts(self, pieces: Any) -> list[Part]:
        whole = float(np.abs(self.attribution).sum()) or 1.0
        return [Part(float(np.abs(piece).sum()) / whole, float(piece.sum())) for piece in pieces]
