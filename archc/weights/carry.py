"""Computes the weights of an optimised network from those that are saved."""

from collections.abc import Mapping

import torch
from torch import Tensor

from archc.passes.base.mapping import Concatenated, FoldedBias, FoldedWeight, Kept, Norm, Source


def carry(mapping: Mapping[str, Source], state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors of an optimised module.

    What is computed is computed in float64 and rounded once, to the type of what it is made of.

    Args:
        mapping: for every key, how its tensor is made.
        state: the plain network's tensors by key. Tensors that are kept are not copied.
    """
    with torch.no_grad():
        return {key: _carried(source, state) for key, source in mapping.items()}


def _carried(source: Source, state: Mapping[str, Tensor]) -> Tensor:
    if isinstance(source, Kept):
        return state[source.key]
    kind = _kind(source, state)
    return _exact(source, state).to(kind)


def _kind(source: Source, state: Mapping[str, Tensor]) -> torch.dtype:
    if isinstance(source, Kept):
        return state[source.key].dtype
    if isinstance(source, Concatenated):
        return _kind(source.parts[0], state)
    if isinstance(source, FoldedWeight):
        return _kind(source.weight, state)
    return _kind(source.bias or source.norm.mean, state)


def _exact(source: Source, state: Mapping[str, Tensor]) -> Tensor:
    if isinstance(source, Kept):
        return state[source.key].double()
    if isinstance(source, Concatenated):
        return torch.cat([_exact(part, state) for part in source.parts])
    scale, shift = _scale_and_shift(source.norm, state)
    if isinstance(source, FoldedBias):
        return shift if source.bias is None else _exact(source.bias, state) * scale + shift
    weight = _exact(source.weight, state)
    if source.groups is None:
        return weight * scale.view(-1, *[1] * (weight.dim() - 1))
    grouped = weight.view(source.groups, -1, *weight.shape[1:])
    return (grouped * scale.view(source.groups, 1, -1, 1, 1)).flatten(0, 1)


def _scale_and_shift(norm: Norm, state: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return s and t of a batch norm in evaluation, y = s·x + t."""
    scale = (_exact(norm.variance, state) + norm.eps).rsqrt()
    if norm.weight is not None:
        scale = scale * _exact(norm.weight, state)
    shift = -_exact(norm.mean, state) * scale
    return scale, shift if norm.bias is None else shift + _exact(norm.bias, state)
