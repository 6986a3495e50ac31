"""Normalisation by whole batches in one process, beside PyTorch's; several processes are in `test_processes.py`."""

import pytest
import torch
from torch import distributed, nn

from twelvelead.training.whole_norm import WholeBatch, WholeBatchNorm


@pytest.fixture(autouse=True)
def alone():
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@pytest.mark.parametrize("shape", [(6, 3), (5, 3, 7), (2, 3, 1)])
def test_it_is_pytorchs_in_values_gradients_and_statistics(shape):
    torch.manual_seed(0)
    plain, x = nn.BatchNorm1d(3), torch.randn(shape) * 3 + 20
    with torch.no_grad():
        plain.weight.uniform_(-2, 2)
        plain.bias.uniform_(-2, 2)
    results = []
    for whole in (False, True):
        norm = nn.BatchNorm1d(3)
        norm.load_state_dict(plain.state_dict())
        tried = WholeBatchNorm(norm, WholeBatch(0, 1, len(x))) if whole else norm
        inputs = x.clone().requires_grad_()
        out = tried(inputs)
        (out * torch.linspace(-1, 3, out.numel()).view(shape)).sum().backward()
        results.append(
            [out, inputs.grad, norm.weight.grad, norm.bias.grad, *norm.state_dict().values(), tried.eval()(x)]
        )
    for expected, found in zip(*results):
        torch.testing.assert_close(found, expected, atol=2e-5, rtol=2e-5)


def test_names_and_numbers_are_the_plain_layers_own():
    plain = nn.BatchNorm1d(3)
    norm = WholeBatchNorm(plain, WholeBatch(0, 1, 4))
    norm(torch.randn(4, 3))
    assert list(norm.state_dict()) == list(plain.state_dict())
    assert norm.weight is plain.weight and plain.num_batches_tracked == 1


def test_a_single_value_is_normalised_by_the_running_statistics():
    norm = WholeBatchNorm(nn.BatchNorm1d(3), WholeBatch(0, 1, 1))
    x = torch.randn(1, 3)
    torch.testing.assert_close(norm(x), norm.eval()(x))
    assert norm.num_batches_tracked == 0


def test_narrow_numbers_are_normalised_in_float32():
    x = torch.randn(8, 3, 5, dtype=torch.bfloat16) + 10
    norm = WholeBatchNorm(nn.BatchNorm1d(3), WholeBatch(0, 1, 8))
    inputs = x.clone().requires_grad_()
    out = norm(inputs)
    out.float().square().sum().backward()
    assert out.dtype == inputs.grad.dtype == torch.bfloat16
    torch.testing.assert_close(out.float(), nn.BatchNorm1d(3)(x.float()), atol=0.02, rtol=0.02)
