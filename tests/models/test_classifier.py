"""What a classifier says of itself changes with its temperature, and its decisions do not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from twelvelead.models.classifier import Classifier, ModelInfo


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(ModelInfo("cnn_lstm", ("A", "B"), 100, 10.0, options={"filters": 1}))


@given(st.floats(1e-300, 1, exclude_max=True), st.floats(0.05, 20))
def test_thresholds_are_of_the_same_logits(classifier: Classifier, threshold: float, temperature: float) -> None:
    classifier.change_temperature(1.0)
    classifier.set_thresholds([threshold, 0.5], "by hand")
    classifier.change_temperature(temperature)
    assert classifier.info.thresholds == pytest.approx((expit(logit(threshold) / temperature), 0.5), rel=1e-9)


@pytest.mark.parametrize("threshold", [0.0, 1.0, math.nextafter(1.0, 2.0)])
def test_always_and_never_stay_so(classifier: Classifier, threshold: float) -> None:
    classifier.change_temperature(1.0)
    classifier.set_thresholds([threshold, 0.5], "by hand")
    classifier.change_temperature(3.0)
    assert classifier.info.thresholds == (threshold, 0.5)
