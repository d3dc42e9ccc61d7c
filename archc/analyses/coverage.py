"""Which rows and columns of the image all elements of a map read together.

An element's interval says where it reads, not what it leaves out in between. So this goes back
from the map to the image, with what is needed of each map on the way, as bits, one an element.
"""

from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from archc.analyses.reading import Reading
from archc.graph.graph import Node
from archc.ops.base.operator import Window

if TYPE_CHECKING:
    from archc.analyses.extent import Extent, Extents

Readings = tuple[Reading, Reading] | None


def all_of(length: int) -> int:
    """Return a set of bits with all of `length` elements."""
    return (1 << length) - 1


class Coverage:
    """Follows maps back to the image.

    Args:
        found: the extents of the nodes so far.
        ask: says how a node reads.
        spend: counts the steps that are taken.
    """

    def __init__(
        self,
        found: "Mapping[Node, Extents]",
        ask: Callable[[Node], Readings],
        spend: Callable[[int], None],
    ) -> None:
        self._found = found
        self._ask = ask
        self._spend = spend
        self._known: dict[tuple[Node, int], int] = {}

    def of(self, node: Node) -> tuple[int, int]:
        """Return what a map that has extents reads of the image along height and width."""
        return self._along(node, 0), self._along(node, 1)

    def _along(self, node: Node, axis: int) -> int:
        extent = self._extent(node, axis)
        if extent.complete or extent.common == all_of(extent.size):
            return all_of(extent.size)
        if (node, axis) not in self._known:
            self._known[node, axis] = self._followed(node, axis)
        return self._known[node, axis]

    def _extent(self, node: Node, axis: int) -> "Extent":
        both = self._found[node]
        assert both is not None
        return both[axis]

    def _followed(self, node: Node, axis: int) -> int:
        needed = {node: all_of(len(self._extent(node, axis).fields))}
        pending = [(-_place(node), 0, node)]
        image, every = 0, all_of(self._extent(node, axis).size)
        while pending and image != every:
            current = heappop(pending)[-1]
            bits = needed.pop(current)
            self._spend(1)
            reached = self._reached(current, axis, bits)
            if reached is not None:
                image |= reached
                continue
            for read, wanted in self._wanted(current, axis, bits):
                if not wanted:
                    continue
                if read not in needed:
                    needed[read] = 0
                    heappush(pending, (-_place(read), len(needed), read))
                needed[read] |= wanted
        return image

    def _reached(self, node: Node, axis: int, bits: int) -> int | None:
        """Return what some elements of a map read of the image, where that is known already."""
        if node.is_input:
            return bits
        if self._ask(node) is None:
            return self._extent(node, axis).common or 0
        if bits == all_of(len(self._extent(node, axis).fields)):
            return self._known.get((node, axis))
        return None

    def _wanted(self, node: Node, axis: int, bits: int) -> list[tuple[Node, int]]:
        """Return what some elements of a node need of the maps that it reads."""
        readings, outputs = self._ask(node), len(self._extent(node, axis).fields)
        assert readings is not None
        wanted = []
        for read in node.reads:
            length = len(self._extent(read, axis).fields)
            pointwise = readings[axis].window == Window(1) and outputs == length
            if len(node.reads) > 1 or pointwise:
                wanted.append((read, bits if length == outputs else all_of(length)))
            else:
                wanted.append((read, readings[axis].needed(bits, length, self._spend)))
        return wanted


def _place(node: Node) -> int:
    """Return where a node stands among all; the input stands before them."""
    return -1 if node.is_input else node.index
