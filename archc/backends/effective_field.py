"""What the centre of a map depends on, and by how much: the effective receptive field, measured.

Source: Luo et al. 2016, "Understanding the Effective Receptive Field in Deep Convolutional Neural
Networks", https://arxiv.org/abs/1701.04128.
"""

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor, nn

from archc.analyses.extent import Extent, Extents, extents
from archc.backends.live import compile_graph
from archc.backends.weights.load import Weights
from archc.graph.graph import Graph, Node
from archc.problems.base import did_you_mean

_IN_FIELD = 1 - 0.9545
"""The part of the peak that a pixel must exceed to count: what 2σ leave out of a Gaussian."""


class NoMapError(Exception):
    """A layer has no map, or no module of its own, whose centre could be looked at."""


class Effective(NamedTuple):
    """A measured field; along height and width where there are two.

    Args:
        path: the layer.
        unit: the row and column of the element that was looked at.
        heat: [H, W], the mean of |∂unit/∂pixel| over all draws, summed to 1.
        theory: the first and last row, and column, that the unit can see, padding included.
        centre: the mean of `heat`, in pixels.
        sigma: its standard deviations.
        size: the square root of the number of pixels above 4.55 % of the peak, as in the paper.
        ratio: `size` over the root of the theoretical field's area within the image.
    """

    path: str
    unit: tuple[int, int]
    heat: Tensor
    theory: tuple[tuple[int, int], tuple[int, int]]
    centre: tuple[float, float]
    sigma: tuple[float, float]
    size: float
    ratio: float


class _ReachedError(Exception):
    """The layer has been computed; what would follow is not needed."""


def effective_field(
    graph: Graph,
    path: str | None = None,
    *,
    samples: int = 20,
    seed: int = 0,
    weights: Weights | None = None,
) -> Effective:
    """Measure how the centre unit of a layer, summed over its channels, depends on the input.

    Each draw has an input of normal numbers and, unless weights are given, weights of its own.
    The absolute gradients, summed over the input's channels, are averaged: with random weights
    the gradients themselves have the mean 0. Batch norm is in evaluation mode: in training mode
    it would tie each unit to all pixels. Its fresh statistics leave magnitudes unchecked, which
    the division by the sum takes out. The Gaussian is fitted by its moments.

    Args:
        graph: a sound graph.
        path: a layer or a block; the last one that has a map and a module unless given.
        samples: the number of draws; one at a time is in memory.
        seed: makes the draws reproducible.
        weights: a checkpoint, or its tensors by key.

    Raises:
        NoMapError: the layer is none, has no map, no module, sees the whole input, or does not
            depend on it.
        CheckpointError: the weights cannot be read, or are not those of this network.
    """
    path, seen = _chosen(graph, path)
    heat = torch.zeros(graph.input.shape[1:] if graph.input.shape else (), dtype=torch.double)
    unit = (len(seen[0].fields) // 2, len(seen[1].fields) // 2)
    module = compile_graph(graph, seed, weights) if weights is not None else None
    for draw in range(samples):
        network = module if module is not None else compile_graph(graph, seed + draw)
        generator = torch.Generator().manual_seed(seed + draw)
        image = torch.randn(1, *(graph.input.shape or ()), generator=generator)
        gradient = _gradient(network.eval(), path, image, unit)
        total = gradient.sum()
        heat += gradient / total if total else gradient
    if not heat.sum() > 0:
        raise NoMapError(f"the centre of `{path}` does not depend on the input in any draw")
    return _described(path, unit, heat / heat.sum(), seen)


def _gradient(module: nn.Module, path: str, image: Tensor, unit: tuple[int, int]) -> Tensor:
    """Return [H, W]: |∂(unit summed over channels)/∂pixel|, summed over the image's channels."""
    found: list[Tensor] = []

    def hook(_: nn.Module, __: object, given: Tensor) -> None:
        # Here and not later: the next layer may write into what this one gives.
        found.append(given[0, :, unit[0], unit[1]].sum())
        raise _ReachedError

    image.requires_grad_()
    handle = module.get_submodule(path).register_forward_hook(hook)
    try:
        module(image)
    except _ReachedError:
        pass
    finally:
        handle.remove()
    (gradient,) = torch.autograd.grad(found[0], image)
    return gradient[0].abs().sum(0).double()


def _described(
    path: str, unit: tuple[int, int], heat: Tensor, seen: tuple[Extent, Extent]
) -> Effective:
    rows, columns = (_moments(heat.sum(1 - axis)) for axis in (0, 1))
    size = sqrt(int((heat > _IN_FIELD * heat.max()).sum()))
    inside = [extent.read[place] for extent, place in zip(seen, unit, strict=True)]
    lengths = [last - first + 1 for first, last in filter(None, inside)]
    return Effective(
        path,
        unit,
        heat,
        (seen[0].fields[unit[0]], seen[1].fields[unit[1]]),
        (rows[0], columns[0]),
        (rows[1], columns[1]),
        size,
        size / sqrt(lengths[0] * lengths[1]),
    )


def _moments(mass: Tensor) -> tuple[float, float]:
    """Return the mean and the standard deviation of a mass that sums to 1."""
    places = torch.arange(len(mass), dtype=mass.dtype)
    mean = float((mass * places).sum())
    return mean, sqrt(float((mass * (places - mean) ** 2).sum()))


def _chosen(graph: Graph, path: str | None) -> tuple[str, tuple[Extent, Extent]]:
    """Return the path of a module whose value is a map, and what the map sees."""
    known, seen = dict(_values(graph)), extents(graph)
    modules = {name for name, _ in compile_graph(graph, 0).named_modules()}
    if path is None:
        fit = [name for name, node in known.items() if name in modules and _is_map(node, seen)]
        if not fit:
            raise NoMapError("no layer has a map that sees a part of the input")
        path = fit[-1]
    if path not in known:
        hint = did_you_mean(path, list(known)) or "`archc rf SPEC` lists all layers."
        raise NoMapError(f"there is no `{path}`; {hint}")
    found = seen[known[path]]
    if found is None or not _is_map(known[path], seen):
        raise NoMapError(f"`{path}` has no map, or each of its elements sees the whole input")
    if path not in modules:
        raise NoMapError(f"`{path}` is computed by no module of its own; name the block it is in")
    return path, found


def _is_map(node: Node, seen: Mapping[Node, Extents]) -> bool:
    return node.shape is not None and len(node.shape) == 3 and seen[node] is not None


def _values(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Yield the paths of layers and blocks with their values, heads left out, in order."""
    yield from ((scope.path, scope.exit) for scope in graph.root.scopes() if not scope.auxiliary)
    yield from ((node.path, node) for node in graph.nodes if node not in graph.auxiliary)
