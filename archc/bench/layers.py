"""Each layer alone, on values of the shapes that it reads: no hooks, so nothing to subtract.

What a layer takes in its place can differ: there its input may still lie in a cache.
"""

import operator
from collections.abc import Callable
from functools import reduce

import torch
from torch import Tensor, nn

from archc.graph.graph import Graph, Node
from archc.ops.base.torch_code import Function, Infix, Module, Slice

_INFIX = {"+": operator.add, "*": operator.mul}


def layer_runs(
    graph: Graph, module: nn.Module, batch: int, device: torch.device
) -> dict[Node, Callable[[], object]]:
    """Return what runs each layer of evaluation once; heads are left out."""
    found = {}
    for node in graph.nodes:
        if node in graph.auxiliary:
            continue
        values = [torch.rand(batch, *(read.shape or ()), device=device) for read in node.reads]
        found[node] = _run(node, module, values)
    return found


def _run(node: Node, module: nn.Module, values: list[Tensor]) -> Callable[[], object]:
    assert node.operator is not None
    match node.operator.torch(node.operand):
        case Module():
            layer = module.get_submodule(node.path)
            return lambda: layer(values[0])
        case Infix(symbol):
            return lambda: reduce(_INFIX[symbol], values)
        case Function(name, options):
            function = getattr(torch, name.removeprefix("torch."))
            return lambda: function(values, **options)
        case Slice(start, stop):
            return lambda: values[0][:, start:stop]
