"""One contract for every network: found by its file's name, held to the same rules."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from twelvelead.errors import ConfigError
from twelvelead.models.checkpoint import load_classifier, save_classifier
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.models.registry import build_network, check_network, network_names, network_options

NETWORKS = network_names()


def classifier(name: str, leads: int = 12, classes: int = 5) -> Classifier:
    torch.manual_seed(0)
    info = ModelInfo(
        network=name,
        classes=tuple(f"C{i}" for i in range(classes)),
        rate_hz=100,
        duration_s=10.0,
        leads=tuple(f"L{i}" for i in range(leads)),
    )
    return Classifier(info)


def test_the_assignments_network_is_there() -> None:
    assert "cnn_lstm" in NETWORKS


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("batch", "length", "leads", "classes"), [(2, 1000, 12, 5), (1, 250, 12, 1), (3, 613, 8, 71)])
def test_shapes(name: str, batch: int, length: int, leads: int, classes: int) -> None:
    model = classifier(name, leads, classes).eval()
    assert model(torch.randn(batch, length, leads)).shape == (batch, classes)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_parameter_gets_a_finite_gradient(name: str) -> None:
    model = classifier(name).train()
    model(torch.randn(4, 500, 12)).square().sum().backward()
    for key, parameter in model.named_parameters():
        assert parameter.grad is not None, key
        assert torch.isfinite(parameter.grad).all(), key


@pytest.mark.parametrize("name", NETWORKS)
def test_a_batch_of_one_trains(name: str) -> None:
    model = classifier(name).train()
    model(torch.randn(1, 250, 12)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


@pytest.mark.filterwarnings("ignore:The tensor attributes .*lstm._flat_weights")  # nn.LSTM's own bookkeeping
@pytest.mark.parametrize("name", NETWORKS)
def test_it_can_be_exported(name: str) -> None:
    model = classifier(name).eval()
    signals = torch.randn(2, 250, 12)
    with torch.inference_mode():
        expected = model(signals)
    with torch.no_grad():
        program = torch.export.export(model, (signals,)).module()
        torch.testing.assert_close(program(signals), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_longer_recording_is_the_mean_of_its_windows(name: str) -> None:
    model = classifier(name).eval()
    model.info = replace(model.info, window_s=2.5)
    signals = torch.randn(2, 1000, 12)
    with torch.inference_mode():
        windows = [torch.sigmoid(model(signals[:, start : start + 250])) for start in range(0, 751, 125)]
        whole = torch.sigmoid(model(signals))
    torch.testing.assert_close(whole, torch.stack(windows).mean(dim=0), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_evaluation_does_not_mix_records(name: str) -> None:
    model = classifier(name).eval()
    signals = torch.randn(3, 1000, 12)
    with torch.inference_mode():
        alone = torch.cat([model(signal[None]) for signal in signals])
        torch.testing.assert_close(model(signals), alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_bfloat16_is_close(name: str) -> None:
    model = classifier(name).eval()
    signals = torch.randn(2, 1000, 12)
    with torch.inference_mode():
        with torch.autocast("cpu", torch.bfloat16):
            half = model(signals).float()
        full = model(signals)
    # Against how much the answer differs between unrelated signals, which for random weights is little.
    assert (half - full).abs().max() < 0.3 * (full[0] - full[1]).abs().max()


@pytest.mark.parametrize("name", NETWORKS)
def test_saved_and_loaded_it_gives_the_same(name: str, tmp_path: Path) -> None:
    model = classifier(name).eval()
    save_classifier(model, tmp_path)
    again = load_classifier(tmp_path)
    signals = torch.randn(2, 1000, 12)
    with torch.inference_mode():
        assert torch.equal(model(signals), again(signals))
    assert again.info == model.info


def test_unknown_names_and_options_list_the_known() -> None:
    with pytest.raises(ConfigError, match="allowed are cnn_lstm"):
        network_options("cnn_ltsm")
    with pytest.raises(ConfigError, match="no option 'depth'; allowed are filters"):
        build_network("cnn_lstm", 5, 12, {"depth": 3})


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [0, -1])
def test_every_size_must_be_above_zero(name: str, size: int) -> None:
    sizes = [option for option, default in network_options(name).items() if isinstance(default, int)]
    assert sizes
    for option in sizes:
        with pytest.raises(ConfigError, match=f"{option} is {size}; allowed is a whole number above 0"):
            check_network(name, {option: size})


def test_an_even_width_of_a_residual_networks_convolution_says_so() -> None:
    with pytest.raises(ConfigError, match="width of a convolution is 4 samples; allowed are odd ones"):
        check_network("resnet1d_wang", {"width1": 4})
