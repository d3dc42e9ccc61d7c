"""What the centre of a map depends on, and by how much: the effective receptive field, measured.

Source: Luo et al. 2016, "Understanding the Effective Receptive Field in Deep Convolutional Neural
Networks", https://arxiv.org/abs/1701.04128.
"""

from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor, nn

from archc.analyses.cost import cost
from archc.analyses.extent import Extent, Extents, extents
from archc.analyses.keys import state_keys
from archc.graph.graph import Graph, Node
from archc.module.live import compile_graph
from archc.passes.base.draft import Draft
from archc.problems.base import did_you_mean
from archc.weights.load import Weights

_IN_FIELD = 1 - 0.9545
"""The part of the peak that a pixel must exceed to count: what 2σ leave out of a Gaussian."""

_FEWEST, _MOST, _BUDGET = 8, 100, 60_000_000_000
"""Draws unless a number is given: as many as this many multiply-accumulates allow."""


class NoMapError(Exception):
    """A layer has no map whose centre could be looked at."""


class Effective(NamedTuple):
    """A measured field; along height and width where there are two.

    Args:
        path: the layer.
        unit: the row and column of the element that was looked at.
        samples: how many inputs were drawn, and weights unless they were given.
        seed: that of the first draw.
        heat: [H, W], the mean of |∂unit/∂pixel| over all draws, summed to 1.
        theory: the first and last row, and column, that the unit can see, padding included.
        centre: the mean of `heat`, in pixels.
        sigma: its standard deviations.
        size: the square root of the number of pixels above 4.55 % of the peak, as in the paper.
        ratio: `size` over the root of the theoretical field's area within the image.
    """

    path: str
    unit: tuple[int, int]
    samples: int
    seed: int
    heat: Tensor
    theory: tuple[tuple[int, int], tuple[int, int]]
    centre: tuple[float, float]
    sigma: tuple[float, float]
    size: float
    ratio: float


def effective_field(
    graph: Graph,
    path: str | None = None,
    *,
    samples: int | None = None,
    seed: int = 0,
    weights: Weights | None = None,
    progress: Callable[[int, int], None] = lambda done, samples: None,
) -> Effective:
    """Measure how the centre unit of a layer, summed over its channels, depends on the input.

    Each draw has an input of normal numbers and, unless weights are given, weights of its own.
    The absolute gradients, summed over the input's channels, are averaged: with random weights
    the gradients themselves have the mean 0. Batch norm is in evaluation mode: in training mode
    it would tie each unit to all pixels. Its fresh statistics leave magnitudes unchecked, which
    the division by the sum takes out. The Gaussian is fitted by its moments.

    Only what the layer depends on is built, and one network is in memory at a time.

    Args:
        graph: a sound graph.
        path: a layer or a block; the last one that has a map unless given.
        samples: the number of draws, one at a time; between 8 and 100, by what one costs, unless
            given.
        seed: makes the draws reproducible.
        weights: a checkpoint, or its tensors by key.
        progress: called after each draw with the number of draws done and their total.

    Raises:
        NoMapError: the layer is none, has no map, sees the whole input, or does not depend on it.
        CheckpointError: the weights cannot be read, or are not those of this network.
    """
    path, target, seen = _chosen(graph, path)
    part = _up_to(graph, target)
    samples = samples or max(_FEWEST, min(_MOST, _BUDGET // max(1, cost(part).total.macs)))
    module = _frozen(compile_graph(part, seed, weights and _needed(graph, part, weights)))
    heat = torch.zeros(graph.input.shape[1:], dtype=torch.double)
    unit = (len(seen[0].fields) // 2, len(seen[1].fields) // 2)
    for draw in range(samples):
        if draw and weights is None:
            del module  # or two would be in memory
            module = _frozen(compile_graph(part, seed + draw))
        generator = torch.Generator().manual_seed(seed + draw)
        image = torch.randn(1, *graph.input.shape, generator=generator)
        gradient = _gradient(module, image, unit)
        total = gradient.sum()
        heat += gradient / total if total else gradient
        progress(draw + 1, samples)
    if not heat.sum() > 0:
        raise NoMapError(f"the centre of `{path}` does not depend on the input in any draw")
    return _described(path, unit, samples, seed, heat / heat.sum(), seen)


def _up_to(graph: Graph, target: Node) -> Graph:
    """Return the part of a graph that computes one value, which is its output."""
    draft = Draft(graph)
    part = draft.graph
    for old, new in zip(graph.nodes, part.nodes, strict=True):
        new.init = old.init
    value = draft[target]
    for scope in value.ancestors():
        scope.exit = value
    part.outputs, part.heads = {"": value}, []
    needed = {value}
    for node in reversed(part.nodes):
        if node in needed:
            needed.update(node.reads)
    draft.remove([node for node in part.nodes if node not in needed])
    return draft.finished()


def _needed(graph: Graph, part: Graph, weights: Weights) -> dict[str, Tensor]:
    """Return what a part of a network needs of weights, which are those of the whole one."""
    state = compile_graph(graph, weights=weights).state_dict()
    return {key: state[key] for key in state_keys(part)}


def _frozen(module: nn.Module) -> nn.Module:
    """Return a module in evaluation mode that keeps nothing for gradients of its weights."""
    return module.eval().requires_grad_(False)


def _gradient(module: nn.Module, image: Tensor, unit: tuple[int, int]) -> Tensor:
    """Return [H, W]: |∂(unit summed over channels)/∂pixel|, summed over the image's channels."""
    value = module(image.requires_grad_())[0, :, unit[0], unit[1]].sum()
    (gradient,) = torch.autograd.grad(value, image)
    return gradient[0].abs().sum(0).double()


def _described(
    path: str,
    unit: tuple[int, int],
    samples: int,
    seed: int,
    heat: Tensor,
    seen: tuple[Extent, Extent],
) -> Effective:
    rows, columns = (_moments(heat.sum(1 - axis)) for axis in (0, 1))
    size = sqrt(int((heat > _IN_FIELD * heat.max()).sum()))
    inside = [extent.read[place] for extent, place in zip(seen, unit, strict=True)]
    lengths = [last - first + 1 for first, last in filter(None, inside)]
    return Effective(
        path,
        unit,
        samples,
        seed,
        heat,
        (_field(seen[0], unit[0]), _field(seen[1], unit[1])),
        (rows[0], columns[0]),
        (rows[1], columns[1]),
        size,
        size / sqrt(lengths[0] * lengths[1]),
    )


def _field(extent: Extent, place: int) -> tuple[int, int]:
    return extent.fields[place] or extent.first


def _moments(mass: Tensor) -> tuple[float, float]:
    """Return the mean and the standard deviation of a mass that sums to 1."""
    places = torch.arange(len(mass), dtype=mass.dtype)
    mean = float((mass * places).sum())
    return mean, sqrt(float((mass * (places - mean) ** 2).sum()))


def _chosen(graph: Graph, path: str | None) -> tuple[str, Node, tuple[Extent, Extent]]:
    """Return the path of a map, the map, and what it sees."""
    known, seen = dict(_values(graph)), extents(graph)
    if path is None:
        fit = [name for name, node in known.items() if _is_map(node, seen)]
        if not fit:
            raise NoMapError("no layer has a map that sees a part of the input")
        path = fit[-1]
    if path not in known:
        hint = did_you_mean(path, list(known)) or "`archc rf SPEC` lists all layers."
        raise NoMapError(f"there is no `{path}`; {hint}")
    found = seen[known[path]]
    if found is None or not _is_map(known[path], seen):
        raise NoMapError(f"`{path}` has no map, or each of its elements sees the whole input")
    return path, known[path], found


def _is_map(node: Node, seen: Mapping[Node, Extents]) -> bool:
    return len(node.shape) == 3 and seen[node] is not None


def _values(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Yield the paths of layers and blocks with their values: heads first, then in order."""
    heads = graph.auxiliary
    values = [(scope.path, scope.exit) for scope in graph.root.scopes()]
    values += [(node.path, node) for node in graph.nodes]
    yield from sorted(values, key=lambda value: value[1] not in heads)
