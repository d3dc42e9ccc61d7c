"""The roofline: which of the machine's two limits binds an operation.

Source: Williams, Waterman, Patterson, Roofline (2009), https://doi.org/10.1145/1498765.1498785
"""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from archc.analyses.cost import cost
from archc.graph.graph import Graph, Node
from archc.measure.bench.machine import Limits
from archc.ops.base.operator import FLOAT32


class Work(NamedTuple):
    """What one operation must at least do.

    Args:
        flops: two for each multiply-accumulate, as the summary counts those.
        bytes: of the values read and given and of the weights, each moved once.
    """

    flops: int
    bytes: int

    def bound(self, limits: Limits) -> tuple[str, float]:
        """Return the limit that binds, ``compute`` or ``memory``, and the seconds it costs.

        What does nothing, a view, is bound by ``none``.
        """
        if not self.flops and not self.bytes:
            return "none", 0.0
        compute = self.flops / limits.flops.median
        memory = self.bytes / limits.bandwidth.median
        return ("compute", compute) if compute > memory else ("memory", memory)


def work(graph: Graph, batch: int) -> dict[Node, Work]:
    """Return the work of every layer in evaluation, heads left out, for `batch` samples."""
    costs = cost(graph).nodes
    return {
        node: Work(2 * batch * costs[node].macs, sum(_moved(node, batch)))
        for node in graph.evaluated
    }


def _moved(node: Node, batch: int) -> Iterator[int]:
    if node.operator.is_view:
        return
    for value in (*node.reads, node):
        yield batch * FLOAT32 * prod(value.shape)
    state = (*node.operator.weights(node.operand).values(),)
    state += tuple(s for s in node.operator.buffers(node.operand).values() if s)
    yield FLOAT32 * sum(map(prod, state))
