"""How far float32 may be from float64: a bound that holds on every processor.

Processors add in different orders, and fuse what others round twice. What all have in common is
that each operation's result is within a few units in the last place of what its inputs give. So
the float64 network is run with every layer's result moved by as much, at random, and the outputs'
movement, times a factor for the sums inside a layer, bounds what rounding can do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf, isnan
from typing import Any

import torch
from torch import nn

UNIT = 2.0**-23
FACTOR = 64
"""For the additions within one layer, and for Winograd's transforms, whose products are larger."""
LEAST = 1e-3
"""What an output's largest value counts as at least, where what was cut away was near 1."""


def difference(left: list[torch.Tensor], right: list[torch.Tensor]) -> float:
    """max |a − b| / max |a| over the outputs, ∞ where it is none; equal shapes are required.

    max |a| counts as `LEAST` at least, since an output of which a ReLU left next to nothing is
    rounded as what was cut away. A convolution, a batch norm and a ReLU whose largest value was
    moved from 1 to 1e-6 differ by 3e-16 from the folded ones in either case, all rounding, which
    is 3e-16 of the first and 3e-10 of the second.
    """
    worst = 0.0
    for a, b in zip(left, right, strict=True):
        assert a.shape == b.shape
        if a.numel() and not torch.equal(a, b.to(a.dtype)):
            error = ((a - b).abs().max() / a.abs().max().clamp(min=LEAST)).item()
            worst = max(worst, inf if isnan(error) else error)
    return worst


def floats_alike(values: list[torch.Tensor]) -> bool:
    """Whether float32 can hold float64's values: neither infinite nor not-a-numbers."""
    return all(bool((value.abs() < 1e30).all()) for value in values)


def lost_to_rounding(exact: nn.Module, inputs: torch.Tensor, truth: list[torch.Tensor]) -> float:
    """Bound a float32 output's distance from the float64 `truth`, relative to its largest value."""
    draws = torch.Generator().manual_seed(0)
    moved = 0.0
    with shaken(exact, draws), torch.no_grad():
        for _ in range(3):
            given = exact(shake(inputs, draws))
            found = list(given) if isinstance(given, tuple) else [given]
            moved = max(moved, difference(truth, found))
    return FACTOR * max(UNIT, moved)


def shake(value: torch.Tensor, draws: torch.Generator, least: float = LEAST) -> torch.Tensor:
    """Move every number by up to a unit of its tensor's largest, as a sum of such would be."""
    unit = UNIT * value.abs().amax().clamp(min=least)
    return value + unit * (2 * torch.rand(value.shape, generator=draws, dtype=value.dtype) - 1)


@contextmanager
def shaken(module: nn.Module, draws: torch.Generator) -> Iterator[None]:
    """Move what every layer gives."""

    def hook(layer: nn.Module, reads: Any, given: Any) -> Any:
        if not isinstance(given, torch.Tensor):
            return given
        return shake(given, draws, max(LEAST, subtracted(layer, *reads)))

    leaves = [each for each in module.modules() if not [*each.children()]]
    handles = [leaf.register_forward_hook(hook) for leaf in leaves]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def subtracted(layer: nn.Module, *reads: torch.Tensor) -> float:
    """Return the largest number that a norm computes with, 0 of any other layer.

    A norm subtracts a mean of what it reads: of equal values nothing is left but their rounding.
    """
    x = reads[0]
    if isinstance(layer, nn.GroupNorm):
        values = x.reshape(len(x), layer.num_groups, -1)
    elif isinstance(layer, nn.LayerNorm):
        values = x.flatten(-len(layer.normalized_shape))
    elif isinstance(layer, nn.modules.batchnorm._BatchNorm) and layer.running_var is None:
        values = x.transpose(0, 1).flatten(1)
    else:
        return 0.0
    deviation = (values.var(-1, correction=0) + layer.eps).sqrt()
    weight = 1 if layer.weight is None else layer.weight.abs().amax()
    return float((values.abs().amax(-1) / deviation).amax() * weight)
