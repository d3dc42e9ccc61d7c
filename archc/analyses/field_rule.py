"""The receptive field by its rule, a few numbers a node: as quick for a large image as for a small.

Along each axis r ← r + (k − 1)·j and j ← j·s, where an operation's window has size k (dilation
included) and stride s: r is the receptive field, j the jump, the distance in input elements
between the fields of neighbouring outputs. Source: Araujo et al. 2019,
https://doi.org/10.23915/distill.00021. Where paths meet, the hull of what they see counts.

What the rule cannot know is marked as not `exact`, and is an upper bound: maps that are enlarged,
since neighbours of those see unequally much; paths that meet with different jumps; and whether a
layer that reads all of its input sees all of the image, where a layer before skips a part of it.
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


class AxisRule(NamedTuple):
    """The receptive fields of one map along one axis.

    Args:
        length: the number of its elements.
        stages: the way from the input; one stage, unless something enlarges the map.
        first: the first place of the first element's field.
        complete: whether the elements are sure to read all of the image together.
        exact: whether the size is no upper bound.
    """

    length: int
    stages: tuple[Stage, ...] = (Stage(1, 1),)
    first: Number = 0
    complete: bool = True
    exact: bool = True

    @property
    def size(self) -> int:
        """How many input elements the output element can see that sees most."""
        seen = 1
        for stage in reversed(self.stages):
            seen = ceil(stage.size + (seen - 1) * stage.jump)
        return seen

    @property
    def jump(self) -> Number:
        """The distance between the fields of neighbouring outputs, in input elements."""
        return prod(stage.jump for stage in self.stages)

    @property
    def slack(self) -> Number:
        """How far a field may lie from its place for the elements it is rounded to."""
        passed = [prod(stage.jump for stage in self.stages[:i]) for i in range(len(self.stages))]
        return sum(passed[1:])

    def through(self, window: Window, outputs: int) -> "AxisRule":
        """Return the fields of what reads this map through a window."""
        first = self.first + window.start * self.jump
        if not isinstance(window.stride, int):
            # Outputs lie between inputs here: what they see must be rounded up at this place.
            stages = (*self.stages, Stage(window.size, window.stride))
            return AxisRule(outputs, stages, first, complete=False, exact=False)
        size, jump = self.stages[-1]
        stage = Stage(size + (window.size - 1) * jump, jump * window.stride)
        complete = self.complete and window.covers(self.length, outputs)
        return AxisRule(outputs, (*self.stages[:-1], stage), first, complete, self.exact)


class Ruled(NamedTuple):
    """The lines of a map along height and width, or None: all of the input is read."""

    lines: tuple[AxisRule, AxisRule] | None
    exact: bool


def by_rule(graph: Graph) -> Mapping[Node, Ruled]:
    """Return what the rule says of every node of a sound graph, and of its input."""
    ask = asker(_windows)
    found = {graph.input: _pixels(graph.input)}
    for node in graph.nodes:
        read = [found[other] for other in node.reads]
        found[node] = _through(node, read[0] if len(read) == 1 else _joined(node, read), ask(node))
    return found


def _windows(operator: Operator, x: Any) -> tuple[Window, Window] | None:
    return operator.windows(x)


def _pixels(node: Node) -> Ruled:
    if len(node.shape) != 3:
        return Ruled(None, exact=True)
    return Ruled((AxisRule(node.shape[1]), AxisRule(node.shape[2])), exact=True)


def _through(node: Node, read: Ruled, windows: tuple[Window, Window] | None) -> Ruled:
    if windows == POINTWISE:
        return read
    if windows is None:
        complete = read.lines is None or (read.lines[0].complete and read.lines[1].complete)
        return Ruled(None, exact=read.exact and complete)
    shape, operand = node.shape, node.reads[0].shape
    axes = zip(windows, operand[1:], shape[1:], strict=True)
    if read.lines is None:
        # A window that meets none of its input sees nothing.
        return Ruled(None, read.exact and all(window.meets(n, m) for window, n, m in axes))
    height, width = (
        line.through(window, outputs)
        for line, (window, _, outputs) in zip(read.lines, axes, strict=True)
    )
    return Ruled((height, width), height.exact and width.exact)


def _joined(node: Node, read: list[Ruled]) -> Ruled:
    """Return what several paths see; what sees all of the image wins."""
    known = [ruled.lines for ruled in read if ruled.lines is not None]
    if len(known) < len(read):
        whole = [ruled.exact for ruled in read if ruled.lines is None]
        # Vectors in a row stay what they were, each for itself.
        beside = len(node.shape) != 3 and any(one.shape != node.shape for one in node.reads)
        return Ruled(None, not known and all(whole) if beside else any(whole))
    height, width = map(_hull, zip(*known, strict=True))
    return Ruled((height, width), height.exact and width.exact)


def _hull(lines: tuple[AxisRule, ...]) -> AxisRule:
    largest = max(lines, key=lambda line: line.size)
    if all(line == largest for line in lines):
        return largest
    length = max(line.length for line in lines)
    jump = max(line.jump for line in lines)
    first = min(line.first - line.slack for line in lines)
    # How far fields reach apart grows or shrinks steadily along the map: its ends decide.
    size = max(_apart(lines, 0, length), _apart(lines, length - 1, length))
    alike = all((line.length, line.jump, line.slack) == (length, jump, 0) for line in lines)
    exact = alike and all(line.exact for line in lines)
    complete = any(line.complete for line in lines)
    return AxisRule(length, (Stage(size, jump),), first, complete, exact)


def _apart(lines: tuple[AxisRule, ...], element: int, length: int) -> int:
    """Return how far the fields of one element reach at most; one row is read by all."""
    moved = [line.jump * element if line.length == length else 0 for line in lines]
    begins = [line.first - line.slack + by for line, by in zip(lines, moved, strict=True)]
    ends = [line.first + line.slack + line.size + by for line, by in zip(lines, moved, strict=True)]
    return ceil(max(ends) - min(begins))
