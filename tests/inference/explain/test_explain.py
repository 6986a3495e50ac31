"""From a recording to an `Explanation`: complete over what `predict` answers, whatever the recording's length."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from inference.made_onnx import made_model, written
from twelvelead.data.simulate import simulate_ecg
from twelvelead.errors import CheckpointError, ConfigError, DataError, TwelveleadError
from twelvelead.formats.recording import make_recording
from twelvelead.inference.explain import Explanation
from twelvelead.inference.explain.explanation import METHOD_NOTES, TIME_STEP_S
from twelvelead.inference.explain.integrated_gradients import LARGEST_ERROR
from twelvelead.inference.predict import Model, load
from twelvelead.inference.predictor import Predictor
from twelvelead.leads import LEADS
from twelvelead.models.classifier import Classifier, ModelInfo


def classifier(window_s: float | None = None, seed: int = 0) -> Classifier:
    torch.manual_seed(seed)
    info = ModelInfo("cnn_lstm", ("A", "B"), 100, 5.0, options={"filters": 8}, window_s=window_s, temperature=0.5)
    made = Classifier(info, np.full(12, 0.02), np.full(12, 0.3))
    with torch.no_grad():
        made.network.fc2.weight.mul_(100)  # so that answers differ as much as a trained network's
    made.set_thresholds([0.3, 0.6], "by hand")
    return made.eval()


def ecg(seconds: float = 5.0, rate_hz: int = 100) -> np.ndarray:
    return simulate_ecg(["IMI"], seed=1, seconds=seconds, rate_hz=rate_hz)


def explain(model: Model, signal: np.ndarray, rate_hz: float = 100, **options) -> Explanation:
    return model.explain(signal, "B", rate_hz=rate_hz, leads=LEADS, unit="mV", **options)


@pytest.mark.parametrize("window_s", [None, 2.5])
@pytest.mark.parametrize("seconds", [3.0, 5.0, 12.3])
def test_it_is_complete_over_what_predict_answers(window_s: float | None, seconds: float) -> None:
    model, signal = Model(Predictor(classifier(window_s), workers=1)), ecg(seconds)
    found = explain(model, signal)
    answer = model.predict(signal, rate_hz=100, leads=LEADS, unit="mV")
    assert found.probability == pytest.approx(answer.probabilities["B"], abs=1e-5)
    assert (found.threshold, found.decision) == (0.6, answer.decisions["B"])
    assert found.steps == answer.steps
    assert found.attribution.shape == (round(100 * seconds), 12)
    np.testing.assert_allclose(found.signal_mv, signal, atol=1e-6)
    assert abs(found.completeness_error) <= LARGEST_ERROR
    assert found.logit - found.baseline_logit == pytest.approx(found.attributed - found.completeness_error)
    assert abs(found.logit - found.baseline_logit) > 2 * LARGEST_ERROR, "says nothing about completeness"


def test_at_another_rate_it_is_of_the_resampled_signal() -> None:
    model = Model(Predictor(classifier(), workers=1))
    found = explain(model, ecg(rate_hz=500), rate_hz=500)
    assert found.attribution.shape == (500, 12) and found.rate_hz == 100
    assert found.steps == ("resampled from 500 Hz to 100 Hz",)


def test_parts_add_up_to_the_whole() -> None:
    found = explain(Model(Predictor(classifier(), workers=1)), ecg(4.97))
    for parts in (list(found.by_lead.values()), found.by_time):
        assert sum(part.share for part in parts) == pytest.approx(1)
        assert sum(part.total for part in parts) == pytest.approx(found.attributed)
    assert len(found.by_time) == round(5 / TIME_STEP_S) == len(found.lead_by_time)
    third = found.attribution[40:60]
    assert found.by_time[2].total == pytest.approx(third.sum())
    assert found.lead_by_time[2] == LEADS[np.abs(third).sum(axis=0).argmax()]
    assert found.by_lead["V2"].total == pytest.approx(found.attribution[:, 7].sum())


@pytest.mark.parametrize("rate_hz", [100, 128, 250, 257, 333])
def test_the_steps_of_time_do_not_drift_at_any_rate(rate_hz: int) -> None:
    """A single sample is found in the step of its own time, however long the recording is."""
    found = explain(Model(Predictor(classifier(), workers=1)), ecg())
    for second in (0.3, 29.5, 59.9):
        spike = np.zeros((60 * rate_hz, 12))
        spike[round(second * rate_hz)] = 1.0
        parts = replace(found, attribution=spike, rate_hz=rate_hz).by_time
        assert len(parts) == round(60 / TIME_STEP_S)
        assert [part.share for part in parts].index(1.0) == int(second / TIME_STEP_S)


@pytest.mark.parametrize("window_s", [None, 2.5])
def test_grad_cam_claims_nothing_of_leads(window_s: float | None) -> None:
    found = explain(Model(Predictor(classifier(window_s), workers=1)), ecg(12.3), method="grad_cam")
    assert found.attribution.shape == (1230, 1) and (found.attribution >= 0).all()
    assert found.by_lead is None and found.lead_by_time is None and found.completeness_error is None
    assert sum(part.share for part in found.by_time) == pytest.approx(1)
    as_json = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert as_json["by_lead"] is None and as_json["baseline_logit"] is None
    assert as_json["method_note"] == METHOD_NOTES["grad_cam"]


def test_an_attribution_of_zeros_has_no_shares() -> None:
    found = replace(explain(Model(Predictor(classifier(), workers=1)), ecg()), attribution=np.zeros((500, 12)))
    assert {part.share for part in (*found.by_time, *found.by_lead.values())} == {0.0}


def test_a_networks_other_weights_are_seen_otherwise() -> None:
    """The model parameter randomisation test of Adebayo et al. 2018 (arXiv 1810.03292)."""
    trained = load("cnn_lstm")
    info = replace(trained._backend.classifier.info, thresholds=None)
    untrained = copy.deepcopy(trained._backend.classifier)
    torch.manual_seed(0)
    for module in untrained.network.modules():
        if not isinstance(module, nn.BatchNorm1d) and hasattr(module, "reset_parameters"):
            module.reset_parameters()
    maps = [
        model.explain(ecg(), info.classes[1], rate_hz=100, leads=LEADS, unit="mV").attribution
        for model in (trained, Model(Predictor(untrained, workers=1)))
    ]
    absolute = [np.abs(one).ravel() for one in maps]
    assert abs(np.corrcoef([one.ravel() for one in maps])[0, 1]) < 0.5
    assert not np.allclose(*absolute, rtol=0.1)


def test_it_leaves_everything_as_it_was() -> None:
    one = classifier()
    before = {name: value.clone() for name, value in one.state_dict().items()}
    model, threads = Model(Predictor(one, workers=1)), torch.get_num_threads()
    with torch.inference_mode():
        for method in METHOD_NOTES:
            explain(model, ecg(), method=method)
    assert torch.get_num_threads() == threads
    assert not one.training and all(parameter.requires_grad for parameter in one.parameters())
    assert all(parameter.grad is None for parameter in one.parameters())
    assert not any(module._forward_hooks for module in one.modules())
    assert all(torch.equal(value, before[name]) for name, value in one.state_dict().items())


def test_it_takes_a_recording() -> None:
    model = Model(Predictor(classifier(), workers=1))
    found = model.explain(make_recording(ecg(), 100, LEADS, "file.dcm"), "A")
    assert found.file == "file.dcm" and found.class_name == "A"
    with pytest.raises(TwelveleadError, match="leave rate_hz, leads and unit out"):
        model.explain(make_recording(ecg(), 100, LEADS, "file.dcm"), "A", rate_hz=100)


def test_what_cannot_be_explained_says_why() -> None:
    model = Model(Predictor(classifier(), workers=1))
    with pytest.raises(ConfigError, match="class is 'C'; allowed are A, B"):
        model.explain(ecg(), "C", rate_hz=100, leads=LEADS, unit="mV")
    with pytest.raises(ConfigError, match="allowed are integrated_gradients, grad_cam"):
        explain(model, ecg(), method="gradcam")
    with pytest.raises(DataError, match=r"lasts 61\.00 s; at most 60 s are explained"):
        explain(model, ecg(61))


def test_a_network_without_a_map_of_features_has_no_grad_cam(monkeypatch: pytest.MonkeyPatch) -> None:
    one = classifier()
    monkeypatch.delattr(type(one.network), "feature_map")
    with pytest.raises(ConfigError, match=r"names no map of features .*; allowed is integrated_gradients"):
        explain(Model(Predictor(one, workers=1)), ecg(), method="grad_cam")
    assert explain(Model(Predictor(one, workers=1)), ecg()).by_lead is not None


def test_an_exported_file_has_no_gradients(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no gradients to explain its answers by"):
        explain(load(written(made_model(), tmp_path)), ecg())


def test_without_captum_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "captum.attr", None)
    for method in METHOD_NOTES:
        with pytest.raises(TwelveleadError, match=r"needs captum.*pip install 'twelvelead\[explain\]'"):
            explain(Model(Predictor(classifier(), workers=1)), ecg(), method=method)
