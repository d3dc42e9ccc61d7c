"""Stochastic depth draws and computes as torchvision's layer does."""

import pytest
import torch
import torchvision

from archc.emit.runtime.stochastic_depth import StochasticDepth


@pytest.mark.parametrize("mode", ["row", "batch"])
@pytest.mark.parametrize("p", [0, 0.2, 0.5, 1])
@pytest.mark.parametrize("shape", [(6, 4, 3, 3), (6, 5)])
def test_it_is_torchvisions(mode, p, shape):
    ours, theirs = StochasticDepth(p, mode), torchvision.ops.StochasticDepth(p, mode)
    x = torch.randn(*shape, generator=torch.Generator().manual_seed(0))
    results = []
    for layer in (ours, theirs):
        given = x.clone().requires_grad_()
        torch.manual_seed(1)
        result = layer(given)
        result.square().sum().backward()
        results.append((result, given.grad))
    assert torch.equal(results[0][0], results[1][0])
    assert torch.equal(results[0][1], results[1][1])
    assert ours.eval()(x) is x
    assert repr(ours) == f"StochasticDepth(p={p}, mode={mode})"
