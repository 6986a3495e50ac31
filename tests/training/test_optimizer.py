import pytest
import torch

from twelvelead.config import TrainOptions
from twelvelead.models.registry import build_network, network_names
from twelvelead.training.optimizer import make_optimizer, split_parameters


@pytest.mark.parametrize("name", network_names())
def test_every_parameter_is_in_one_group_and_kernels_decay(name):
    network = build_network(name, 5, 12, {})
    decayed, free = split_parameters(network)
    together = [id(p) for p in (*decayed, *free)]
    assert sorted(together) == sorted(id(p) for p in network.parameters())
    assert decayed and all(p.ndim > 1 for p in decayed)
    names = {id(p): key for key, p in network.named_parameters()}
    assert not [names[id(p)] for p in decayed if "bias" in names[id(p)] or "norm" in names[id(p)]]
    assert not [names[id(p)] for p in free if p.ndim == 3 and "readout" not in names[id(p)]]


@pytest.mark.parametrize("name", network_names())
def test_one_kernel_takes_every_network(name):
    optimizer = make_optimizer(build_network(name, 5, 12, {}), TrainOptions(), fused=True)
    assert all(group["fused"] for group in optimizer.param_groups)


def test_without_decay_it_is_the_assignments_adam():
    start = torch.randn(3, 4)
    results = []
    for make in (
        lambda net: make_optimizer(net, TrainOptions(lr=0.01)),
        lambda net: torch.optim.Adam(net.parameters(), 0.01),
    ):
        torch.manual_seed(0)
        network = torch.nn.Linear(4, 2)
        optimizer = make(network)
        for _ in range(5):
            optimizer.zero_grad()
            network(start).square().sum().backward()
            optimizer.step()
        results.append(network.weight)
    assert torch.equal(*results)
