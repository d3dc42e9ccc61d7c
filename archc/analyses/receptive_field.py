"""How much of the network's input one output element can see, and how far its neighbour's is.

Along each axis r ← r + (k − 1)·j and j ← j·s, where an operation's window has size k (dilation
included) and stride s: r is the receptive field, j the jump, the distance in input elements
between the fields of neighbouring outputs. Source: Araujo et al. 2019,
https://doi.org/10.23915/distill.00021. Where paths meet, the largest of them counts.
"""

from collections.abc import Mapping
from math import ceil, prod
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from archc.analyses.asking import asker
from archc.graph.graph import Graph, Node
from archc.ops.base.operator import POINTWISE, Operator, Window

if TYPE_CHECKING:
    from fractions import Fraction  # few networks need it, and importing it is not cheap

Number = Union[int, "Fraction"]


class Stage(NamedTuple):
    """A stretch of the way on which windows move by whole elements.

    n neighbouring outputs see ⌈size + (n − 1)·jump⌉ neighbouring inputs of the stage, wherever
    they lie.
    """

    size: Number
    jump: Number


class Field(NamedTuple):
    """The receptive field along one axis.

    Args:
        stages: the way from the input; one stage, unless something enlarges the map.
    """

    stages: tuple[Stage, ...]

    @property
    def size(self) -> int:
        """How many input elements the output element can see that sees most.

        Where something enlarges the map and something with a stride follows, that element may
        be left out, and this is an upper bound.
        """
        seen = 1
        for stage in reversed(self.stages):
            seen = ceil(stage.size + (seen - 1) * stage.jump)
        return seen

    @property
    def jump(self) -> Number:
        """The distance between the fields of neighbouring outputs, in input elements."""
        return prod(stage.jump for stage in self.stages)

    def through(self, window: Window) -> "Field":
        """Return the field of what reads this one through a window."""
        if not isinstance(window.stride, int):
            # Outputs lie between inputs here: what they see must be rounded up at this place.
            return Field((*self.stages, Stage(window.size, window.stride)))
        size, jump = self.stages[-1]
        stage = Stage(size + (window.size - 1) * jump, jump * window.stride)
        return Field((*self.stages[:-1], stage))


Fields = tuple[Field, Field] | None
"""The receptive fields along height and width, or None: everything is seen."""

_PIXEL = Field((Stage(1, 1),))


def receptive_fields(graph: Graph) -> Mapping[Node, Fields]:
    """Return the receptive field of every node of a sound graph, and of its input."""
    ask = asker(_windows)
    found: dict[Node, Fields] = {graph.input: (_PIXEL, _PIXEL)}
    for node in graph.nodes:
        windows = ask(node)
        read = [found[other] for other in node.reads]
        seen = read[0] if len(read) == 1 else _largest(read)
        if seen is None or windows is None:
            found[node] = None
        elif windows == POINTWISE:
            found[node] = seen
        else:
            found[node] = (seen[0].through(windows[0]), seen[1].through(windows[1]))
    return found


def _windows(operator: Operator, x: Any) -> tuple[Window, Window] | None:
    return operator.windows(x)


def _largest(read: list[Fields]) -> Fields:
    known = [fields for fields in read if fields is not None]
    if len(known) < len(read):
        return None
    heights, widths = zip(*known, strict=True)
    return max(heights, key=lambda f: f.size), max(widths, key=lambda f: f.size)
