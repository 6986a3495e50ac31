"""From a prepared recording to an `Explanation`, through all that a classifier does."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit

from twelvelead.config import ExplainMethod
from twelvelead.errors import DataError, require_choice
from twelvelead.inference.explain.explanation import Explanation
from twelvelead.inference.explain.grad_cam import feature_map, grad_cam
from twelvelead.inference.explain.integrated_gradients import integrate_gradients
from twelvelead.inference.explain.logit import differentiable, recording_logit
from twelvelead.inference.prepare import Prepared
from twelvelead.inference.single_threaded import single_threaded
from twelvelead.models.classifier import Classifier
from twelvelead.models.sliding import sliding_windows

__all__ = ["LONGEST_S", "explain_prepared"]

LONGEST_S = 60.0
"""Of a recording, seconds: an explanation is for a person to look at, and a page of ECG paper is as long."""


def explain_prepared(
    classifier: Classifier, prepared: Prepared, class_name: str, method: ExplainMethod, source: str = ""
) -> Explanation:
    """Explain the probability of one class.

    Args:
        classifier: what `prepared` was prepared for.
        prepared: the recording.
        class_name: one of the classifier's classes.
        method: "integrated_gradients" or "grad_cam".
        source: the file's name.

    Raises:
        ConfigError: there is no such class or method, or the network has nothing that Grad-CAM could look at.
        DataError: the recording is longer than `LONGEST_S`.
        TwelveleadError: captum is not installed.
    """
    info = classifier.info
    require_choice("class", class_name, info.classes)
    require_choice("method", method, get_args(ExplainMethod))
    samples = int(prepared.positions.max()) + 1
    if samples > LONGEST_S * info.rate_hz:
        raise DataError(
            f"{source}: lasts {samples / info.rate_hz:.2f} s; at most {LONGEST_S:g} s are explained, so cut it first."
        )
    number = info.classes.index(class_name)
    # A thread of its own also keeps its gradients apart from whatever the caller has switched off.
    with single_threaded() as pool:
        found = pool.submit(_explain, classifier, prepared, number, method).result()
    signal = np.zeros((samples, len(info.leads)), dtype=np.float32)
    signal[prepared.positions] = prepared.windows_mv
    return Explanation(
        file=source,
        class_name=class_name,
        method=method,
        probability=float(expit(found.logit)),
        threshold=info.decision_thresholds[number],
        logit=found.logit,
        baseline_logit=found.baseline_logit,
        attribution=_onto_recording(found.attribution, found.positions, samples),
        evaluations=found.evaluations,
        signal_mv=signal,
        rate_hz=info.rate_hz,
        leads=info.leads,
        quality=prepared.quality,
        steps=prepared.steps,
    )


@dataclass(frozen=True)
class _Found:
    """What a method has found in stretches of a recording."""

    logit: float
    attribution: NDArray[np.float64]
    """`(stretch, time, lead)`; one column where the method tells no leads apart."""
    positions: NDArray[np.int64]
    """`(stretch, time)`: which samples of the recording those are."""
    baseline_logit: float | None = None
    evaluations: int = 0


def _explain(classifier: Classifier, prepared: Prepared, number: int, method: ExplainMethod) -> _Found:
    with differentiable(classifier) as one:
        windows = torch.as_tensor(prepared.windows_mv, device=one.mean_mv.device)
        logit = recording_logit(one, number)
        with torch.no_grad():
            value = float(logit(windows[None])[0])
        if method == "integrated_gradients":
            integral = integrate_gradients(logit, windows, one.mean_mv)
            return _Found(
                value, integral.attribution, prepared.positions, integral.baseline_logit, integral.evaluations
            )
        positions = _seen_positions(one, prepared.positions)
        layer = feature_map(one.network, one.info.network)
        return _Found(value, grad_cam(logit, windows, layer, positions.shape[1])[..., None], positions)


def _seen_positions(classifier: Classifier, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """`(stretch, time)`: which samples the network sees at once, in the order in which it sees them."""
    if classifier.info.window_s is None:
        return positions
    windows = torch.as_tensor(positions)[..., None]
    length = round(classifier.info.window_s * classifier.info.rate_hz)
    seen: NDArray[np.int64] = sliding_windows(windows, length).flatten(0, 1)[..., 0].numpy()
    return seen


def _onto_recording(
    attribution: NDArray[np.float64], positions: NDArray[np.int64], samples: int
) -> NDArray[np.float64]:
    """`(time, lead)`: where stretches overlap, or repeat a sample, what it adds to each of them is summed."""
    whole = np.zeros((samples, attribution.shape[2]))
    np.add.at(whole, positions, attribution)
    return whole
