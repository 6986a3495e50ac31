"""Pooling and ReLU in one step against PyTorch's own two."""

import torch
from torch.nn import functional

from twelvelead.models.pooling import max_pool_relu


def test_output_and_gradient_equal_torch_ties_included() -> None:
    torch.manual_seed(0)
    values = torch.randint(-3, 4, (4, 3, 101)).float()  # many ties, also at zero
    ours, theirs = values.clone().requires_grad_(), values.clone().requires_grad_()
    weights = torch.randn(4, 3, 50)
    (max_pool_relu(ours) * weights).sum().backward()
    (functional.relu(functional.max_pool1d(theirs, 2)) * weights).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_without_gradients() -> None:
    values = torch.randn(2, 3, 8)
    torch.testing.assert_close(max_pool_relu(values), functional.relu(functional.max_pool1d(values, 2)))
