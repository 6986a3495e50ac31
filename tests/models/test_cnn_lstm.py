"""The assignment's network: layers, shapes, and equality with its plain form, forward and backward."""

import pytest
import torch
from torch import Tensor, nn

from models.plain_cnn_lstm import plain_forward
from twelvelead.models.cnn_lstm import CNN_LSTM, last_step


class Plain(CNN_LSTM):
    def forward(self, x: Tensor) -> Tensor:
        return plain_forward(self, x)


def both(**options: float) -> tuple[CNN_LSTM, Plain]:
    torch.manual_seed(0)
    ours, plain = CNN_LSTM(filters=8, **options), Plain(filters=8, **options)
    plain.load_state_dict(ours.state_dict())
    return ours, plain


def test_defaults_are_the_assignments() -> None:
    network = CNN_LSTM()
    assert (network.conv1.out_channels, network.conv1.kernel_size, network.conv1.padding) == (64, (7,), (3,))
    assert (network.conv2.out_channels, network.conv2.kernel_size, network.conv2.padding) == (128, (5,), (2,))
    assert network.lstm.input_size == network.lstm.hidden_size == 128
    assert network.lstm.bidirectional
    assert (network.fc1.in_features, network.fc1.out_features, network.fc2.out_features) == (256, 128, 5)
    assert network.dropout.p == 0.5


@pytest.mark.parametrize("length", [1000, 250, 1003])
@pytest.mark.parametrize("training", [True, False])
def test_equals_the_plain_form(length: int, training: bool) -> None:
    ours, plain = both(dropout=0.0)
    signals = torch.randn(3, length, 12)
    outputs, gradients = [], []
    for network in (ours.train(training), plain.train(training)):
        output = network(signals)
        output.square().sum().backward()
        outputs.append(output.detach())
        gradients.append({name: p.grad for name, p in network.named_parameters()})
    torch.testing.assert_close(outputs[0], outputs[1], atol=1e-5, rtol=1e-5)
    for name, gradient in gradients[1].items():
        torch.testing.assert_close(gradients[0][name], gradient, atol=1e-4, rtol=1e-4, msg=name)


def test_equals_the_plain_form_without_gradients() -> None:
    ours, plain = both()
    for network in (ours, plain):  # statistics that are not 0 and 1
        network.train()
        torch.manual_seed(1)
        network(torch.randn(16, 200, 12) * 3 + 1)
        network.eval()
    signals = torch.randn(3, 1000, 12)
    with torch.inference_mode():
        torch.testing.assert_close(ours(signals), plain(signals), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("batch", [1, 5])
def test_last_step_is_the_last_step(batch: int) -> None:
    torch.manual_seed(0)
    lstm = nn.LSTM(6, 4, batch_first=True, bidirectional=True)
    x = torch.randn(batch, 9, 6)
    torch.testing.assert_close(last_step(lstm, x), lstm(x)[0][:, -1])


def test_last_step_gradient_passes_a_numerical_check() -> None:
    torch.manual_seed(0)
    lstm = nn.LSTM(3, 2, batch_first=True, bidirectional=True).double()
    x = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: last_step(lstm, x), (x,))
