"""Explanations, one at a time: what in an upload speaks for a class."""

import base64
import importlib.util
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from twelvelead.config import ExplainMethod
from twelvelead.errors import ConfigError, TwelveleadError
from twelvelead.inference.explain.explanation import METHOD_NOTES, TIME_STEP_S, Explanation
from twelvelead.inference.predict import Model
from twelvelead.web.lane import Lane
from twelvelead.web.parsing import Parsed
from twelvelead.web.refusal import Refused

__all__ = ["Explaining", "explanation_object"]

WAITING = 4
WAIT_S = 60.0
"""An explanation takes a second or a few, so a few may wait for each other."""

LARGEST_VALUE = 127
"""Of int8, of which -128 is left out so that both signs reach as far."""


class Explaining:
    """Computes explanations on a thread of its own.

    Args:
        model: that is explained.
        path: its folder or file.
        patience_s: after which no explanation is waited for.
    """

    def __init__(self, model: Model, path: Path, patience_s: float) -> None:
        self._model = model
        self._why_not = _why_not(path)
        self.lane = Lane("the explanations", 1, WAITING, patience_s, WAIT_S)

    @property
    def about(self) -> dict[str, Any]:
        """What `GET /api/model` says of it."""
        methods = [] if self._why_not else list(get_args(ExplainMethod))
        return {"available": not self._why_not, "methods": methods, "why_not": self._why_not}

    def check(self) -> None:
        """See whether this model can be explained here, and now.

        Raises:
            Refused: it cannot (501), or too many wait already (503).
        """
        if self._why_not:
            raise Refused(501, self._why_not)
        self.lane.check()

    async def explain(self, parsed: Parsed) -> dict[str, Any]:
        """The object of `POST /api/explain`.

        Args:
            parsed: with the choices of its form, `class` and `method`.

        Raises:
            Refused: too many wait already, or this ECG, class or method cannot be explained.
        """
        choices = parsed.facts["choices"]
        method = cast(ExplainMethod, choices["method"])
        explain = self._model.explain_prepared
        try:
            found = await self.lane.run(explain, parsed.prepared, choices["class"], method, parsed.file)
        except ConfigError as error:
            raise Refused(400, str(error)) from None
        except TwelveleadError as error:
            raise Refused(422, str(error)) from None
        return explanation_object(found)


def explanation_object(found: Explanation) -> dict[str, Any]:
    """An explanation as the page takes it."""
    by_lead = found.by_lead
    values, scale = _to_bytes(found.attribution)
    return {
        "file": found.file,
        "class": found.class_name,
        "method": found.method,
        "probability": found.probability,
        "by_lead": by_lead and {lead: part.share for lead, part in by_lead.items()},
        "by_time": {"step_s": TIME_STEP_S, "share": [part.share for part in found.by_time]},
        "attribution": {
            "rate_hz": found.rate_hz,
            "start_s": 0.0,
            "samples": len(found.attribution),
            "leads": by_lead and list(found.leads),
            "scale": scale,
            "values": values,
        },
        "completeness": _completeness(found),
        "method_note": METHOD_NOTES[found.method],
    }


def _to_bytes(attribution: NDArray[np.float64]) -> tuple[str, float]:
    """Whole numbers in base64, and what one of them is worth."""
    scale = float(np.abs(attribution).max()) / LARGEST_VALUE or 1.0
    values = np.round(attribution / scale).astype(np.int8)
    return base64.b64encode(values.tobytes()).decode("ascii"), scale


def _completeness(found: Explanation) -> dict[str, float] | None:
    if found.baseline_logit is None or found.completeness_error is None:
        return None
    return {
        "logit": found.logit,
        "baseline_logit": found.baseline_logit,
        "attributed": found.attributed,
        "error": found.completeness_error,
    }


def _why_not(path: Path) -> str | None:
    if path.is_file():
        return "an exported file has no gradients to explain its answers by; serve the run that it was made from."
    if importlib.util.find_spec("captum") is None:
        return "explaining needs captum: pip install 'twelvelead[explain]'."
    return None
