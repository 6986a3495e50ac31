"""Integrated gradients and Grad-CAM of networks whose attributions can be written down, and of all that there are."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from twelvelead.inference.explain import integrated_gradients
from twelvelead.inference.explain.grad_cam import feature_map, grad_cam
from twelvelead.inference.explain.integrated_gradients import LARGEST_ERROR, integrate_gradients
from twelvelead.inference.explain.logit import recording_logit
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.models.registry import network_names

BASELINE = torch.linspace(-0.1, 0.1, 12)


def windows(count: int = 1, samples: int = 60) -> Tensor:
    return torch.as_tensor(np.random.default_rng(0).normal(size=(count, samples, 12)), dtype=torch.float32)


def test_of_a_linear_function_they_are_weight_times_distance() -> None:
    weight = torch.randn(2, 60, 12, generator=torch.Generator().manual_seed(0))
    found = integrate_gradients(lambda x: (x * weight).sum(dim=(1, 2, 3)) + 3, windows(2), BASELINE)
    expected = weight * (windows(2) - BASELINE)
    np.testing.assert_allclose(found.attribution, expected.numpy(), atol=1e-5)
    assert found.baseline_logit == pytest.approx(3 + float((BASELINE * weight).sum()), abs=1e-4)


def test_of_a_sum_of_squares_they_are_the_difference_of_squares() -> None:
    found = integrate_gradients(lambda x: x.square().sum(dim=(1, 2, 3)), windows(), BASELINE)
    np.testing.assert_allclose(found.attribution, (windows().square() - BASELINE.square()).numpy(), atol=1e-5)


def test_a_bent_function_gets_more_steps_where_it_is_bent() -> None:
    def bent(x: Tensor) -> Tensor:
        return 20 * torch.relu(x.sum(dim=(1, 2, 3)) - total * 0.9)

    total = float(windows().abs().sum())
    found = integrate_gradients(bent, windows().abs(), torch.zeros(12))
    assert found.evaluations > integrated_gradients.FIRST_PIECES * integrated_gradients.POINTS
    assert found.attribution.sum() == pytest.approx(2 * total, abs=LARGEST_ERROR)


def test_steps_have_an_end() -> None:
    def rough(x: Tensor) -> Tensor:
        return 1e4 * torch.sin(1e3 * x.sum(dim=(1, 2, 3)))

    found = integrate_gradients(rough, windows(), BASELINE)
    assert found.evaluations <= integrated_gradients.MOST_EVALUATIONS


class Flat(nn.Module):
    """Two channels, copies of the first two leads; the logit is three times the first's mean less the second's."""

    feature_map = "map"

    def __init__(self) -> None:
        super().__init__()
        self.map = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """`(recording, window, time, lead)` to logits."""
        channels = self.map(x[..., :2].flatten(0, 1).permute(0, 2, 1)[..., ::2]).mean(dim=2)
        logits: Tensor = (3 * channels[:, 0] - channels[:, 1]).reshape(x.shape[:2]).sum(dim=1)
        return logits


def test_grad_cam_weighs_channels_by_their_mean_gradient() -> None:
    network, ecg = Flat(), windows(2)
    found = grad_cam(network, ecg.requires_grad_(False), network.get_submodule("map"), 60)
    weighed = torch.relu(3 * ecg[:, ::2, 0] - ecg[:, ::2, 1]) / 30
    assert found.shape == (2, 60)
    # Of two neighbouring steps a straight line makes the values at their quarters.
    np.testing.assert_allclose(found[:, 1], (0.75 * weighed[:, 0] + 0.25 * weighed[:, 1]).numpy(), atol=1e-6)
    assert (found >= 0).all() and (found == 0).any()


@pytest.mark.parametrize("name", network_names())
@pytest.mark.parametrize("window_s", [None, 1.0])
def test_every_network_can_be_explained(name: str, window_s: float | None) -> None:
    torch.manual_seed(0)
    info = ModelInfo(name, ("A", "B"), 100, 2.0, window_s=window_s)
    classifier = Classifier(info, np.linspace(-0.1, 0.1, 12), np.full(12, 0.5)).eval()
    ecg = windows(1, 200)
    logit = recording_logit(classifier, 1)
    layer = feature_map(classifier.network, name)
    stretches, samples = (3, 100) if window_s else (1, 200)
    cam = grad_cam(logit, ecg, layer, samples)
    assert cam.shape == (stretches, samples) and np.isfinite(cam).all()
    found = integrate_gradients(logit, ecg, classifier.mean_mv)
    with torch.no_grad():
        gain = float(logit(ecg[None])) - float(logit(classifier.mean_mv.expand(1, 1, 200, 12)))
    assert found.attribution.sum() == pytest.approx(gain, abs=LARGEST_ERROR)
    assert np.abs(found.attribution).sum() > 0
