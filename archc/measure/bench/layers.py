"""Each layer alone, on values of the shapes that it reads: no hooks, so nothing to subtract.

What a layer takes in its place can differ: there its input may still be in a cache.
"""

import operator
from collections.abc import Callable
from functools import reduce
from math import prod

import torch
from torch import Tensor, nn

from archc.graph.graph import Graph, Node
from archc.ops.base.torch_code import Function, Infix, Module, SliceCode

_INFIX = {"+": operator.add, "*": operator.mul}
_POOL = 2**25
"""Numbers that values are taken from in turn: many times what a cache holds."""


def layer_runs(
    graph: Graph, module: nn.Module, batch: int, device: torch.device
) -> dict[Node, Callable[[], object]]:
    """Return what runs each layer of evaluation once; heads are left out."""
    nodes = graph.evaluated
    sizes = {node: sum(batch * prod(read.shape) for read in node.reads) for node in nodes}
    size = max([min(_POOL, sum(sizes.values())), *sizes.values()])
    # What a layer overwrites again and again is no longer what another should read.
    pools = {False: _Pool(size, device), True: _Pool(size, device)}
    found = {}
    for node in nodes:
        pool = pools[getattr(_layer(node, module), "inplace", False)]
        pool.reserve(sizes[node])
        values = [pool.take((batch, *read.shape)) for read in node.reads]
        found[node] = _run(node, module, values)
    return found


class _Pool:
    """Memory that is given out from front to end and then again: large, but not all values'."""

    def __init__(self, size: int, device: torch.device) -> None:
        self._numbers = torch.rand(size, device=device)
        self._next = 0

    def reserve(self, size: int) -> None:
        """Begin at the front again unless so much is left."""
        if self._next + size > self._numbers.numel():
            self._next = 0

    def take(self, shape: tuple[int, ...]) -> Tensor:
        """Return the next values."""
        begin, self._next = self._next, self._next + prod(shape)
        return self._numbers[begin : self._next].view(shape)


def _layer(node: Node, module: nn.Module) -> nn.Module | None:
    code = node.operator.torch(node.operand)
    return module.get_submodule(node.path) if isinstance(code, Module) else None


def _run(node: Node, module: nn.Module, values: list[Tensor]) -> Callable[[], object]:
    if layer := _layer(node, module):
        return lambda: layer(values[0])
    match node.operator.torch(node.operand):
        case Infix(symbol):
            return lambda: reduce(_INFIX[symbol], values)
        case Function(name, options):
            function = getattr(torch, name.removeprefix("torch."))
            return lambda: function(values, **options)
        case SliceCode(start, stop):
            return lambda: values[0][:, start:stop]
    raise AssertionError(f"no way to run {node.path}")
