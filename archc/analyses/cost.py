"""Parameters, buffers and multiply-accumulates.

A MAC is one multiply-accumulate of a convolution or a linear layer at batch 1; biases, norms,
activations, pools and sums count nothing. That is half of what
``torch.utils.flop_counter.FlopCounterMode`` counts.
"""

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

from archc.analyses.asking import asker
from archc.graph.graph import Graph, Node
from archc.ops.base.operator import FLOAT32, INT64, Operator

INT64_BUFFERS = ("num_batches_tracked",)


class Cost(NamedTuple):
    """What one operation, or a network, costs.

    Args:
        params: numbers in the tensors that an optimiser is given.
        trainable: those of them that require a gradient. The language has no frozen ones.
        buffers: numbers in the tensors of the state that are no parameters.
        buffer_bytes: the memory of the buffers.
        macs: multiply-accumulates of one sample.
    """

    params: int = 0
    trainable: int = 0
    buffers: int = 0
    buffer_bytes: int = 0
    macs: int = 0


class Costs(NamedTuple):
    """The cost of every operation, and of the network.

    Args:
        nodes: the cost of each node.
        total: of all nodes; of its MACs, those of evaluation, which computes no heads.
        macs_training: MACs of one sample in training mode, heads included, without the backward
            pass.
    """

    nodes: Mapping[Node, Cost]
    total: Cost
    macs_training: int


def cost(graph: Graph) -> Costs:
    """Return what a sound graph costs."""
    ask = asker(_operation)
    nodes = {node: ask(node) for node in graph.nodes}
    sums = map(sum, zip(*nodes.values(), strict=True)) if nodes else ()
    total = Cost(*sums)
    heads = sum(nodes[node].macs for node in graph.auxiliary)
    return Costs(nodes, total._replace(macs=total.macs - heads), total.macs)


def _operation(operator: Operator, x: Any) -> Cost:
    params = sum(map(prod, operator.weights(x).values()))
    buffers = {name: prod(shape) for name, shape in operator.buffers(x).items()}
    size = sum(n * (INT64 if name in INT64_BUFFERS else FLOAT32) for name, n in buffers.items())
    return Cost(params, params, sum(buffers.values()), size, operator.macs(x))
