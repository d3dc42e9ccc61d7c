"""The state of a network by key: what ``state_dict()`` of its module holds, found without torch."""

from typing import NamedTuple

from archc.analyses.cost import INT64_BUFFERS
from archc.graph.graph import Graph, Node
from archc.ops.base.operator import Shape


class Key(NamedTuple):
    """One tensor of the state.

    Args:
        shape: the whole tensor's, which has no batch; ``()`` for a scalar.
        trained: whether it is a parameter; else it is a buffer.
        integer: whether it is an int64; else it is a float32.
        node: the layer that owns it.
    """

    shape: Shape
    trained: bool
    integer: bool
    node: Node


def state_keys(graph: Graph) -> dict[str, Key]:
    """Return a sound graph's keys in the order of ``state_dict()``, auxiliary heads included.

    A layer's parameters come before its buffers, as ``nn.Module`` orders them.
    """
    return {f"{node.path}.{name}": key for node in graph.nodes for name, key in _own(node)}


def _own(node: Node) -> list[tuple[str, Key]]:
    operator, operand = node.operator, node.operand
    weights = operator.weights(operand).items()
    buffers = operator.buffers(operand).items()
    trained = [(name, Key(shape, True, False, node)) for name, shape in weights]
    return trained + [
        (name, Key(shape, False, name in INT64_BUFFERS, node)) for name, shape in buffers
    ]
