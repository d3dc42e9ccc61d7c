"""How much of the network's input one output element can see, and how far its neighbour's is.

The rule of `field_rule` says it for most networks, with a few numbers a node. Where it gives but
an upper bound, `extent` follows each element; where a map is too large for that, the bound is
given, and is not `exact`.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archc.analyses.field_rule import Number, Ruled, by_rule
from archc.graph.graph import Graph, Node

if TYPE_CHECKING:
    from archc.analyses.extent import Extents

T = TypeVar("T")


class Field(NamedTuple):
    """The receptive field along one axis.

    Args:
        size: how many input elements the output element can see that sees most.
        jump: the distance between the fields of neighbouring outputs, in input elements.
    """

    size: int
    jump: Number


class Fields(NamedTuple):
    """What an element sees of the input along height and width.

    Args:
        axes: the fields; None where each element sees the whole input.
        exact: whether nothing of it is an upper bound.
    """

    axes: tuple[Field, Field] | None
    exact: bool = True


def receptive_fields(graph: Graph) -> Mapping[Node, Fields]:
    """Return the receptive field of every node of a sound graph, and of its input."""
    ruled = by_rule(graph)
    if all(one.exact for one in ruled.values()):
        return _once_each(ruled, _of_rule)
    from archc.analyses.budget import TooLargeError  # few networks need it
    from archc.analyses.extent import extents

    try:
        return _once_each(extents(graph), _of_extents)
    except TooLargeError:
        return _once_each(ruled, _of_rule)


def _of_rule(ruled: Ruled) -> Fields:
    if ruled.lines is None:
        return Fields(None, ruled.exact)
    height, width = (Field(line.size, line.jump) for line in ruled.lines)
    return Fields((height, width), ruled.exact)


def _of_extents(both: "Extents") -> Fields:
    if both is None:
        return Fields(None)
    height, width = (Field(extent.field_size, extent.jump) for extent in both)
    return Fields((height, width), all(extent.exact for extent in both))


def _once_each(found: Mapping[Node, T], of: Callable[[T], Fields]) -> Mapping[Node, Fields]:
    """Return the fields of each node; what pointwise layers share is made once."""
    made: dict[int, Fields] = {}
    for one in found.values():
        if id(one) not in made:
            made[id(one)] = of(one)
    return {node: made[id(one)] for node, one in found.items()}
