"""Which stretch of the network's input every single output element reads, along each axis.

`receptive_field` follows two numbers a node and is quick; this follows an interval for every row
and every column, so that borders, paddings and joins of paths that are shifted against each other
come out as they are. Coordinates are those of Araujo et al. 2019,
https://doi.org/10.23915/distill.00021: pixel i has its centre at i, the first pixel at 0, and the
padding lies at negative places and behind the last pixel.

The interval is the hull of what is read. A dilated window leaves holes in it. Where something
enlarges the map, or adaptive windows are uneven, operators state the largest of their windows, and
an interval may be too large by what the others are smaller: such a field is not `exact`.
"""

from collections.abc import Callable, Mapping
from math import floor
from typing import Any, NamedTuple

from archc.analyses.asking import asker
from archc.analyses.receptive_field import Number, receptive_fields
from archc.graph.graph import Graph, Node
from archc.ops.base.operator import Operator, Window

Interval = tuple[int, int]
"""The first and the last input element; both are read."""


class Extent(NamedTuple):
    """What the elements of one map read along one axis.

    Args:
        size: the length of the input along the axis.
        jump: the distance between the fields of neighbouring elements, in input pixels.
        fields: for each element the stretch that it would read were the image endless; what
            lies below 0 or above `size` − 1 is padding.
        read: for each element the stretch of the image that it does read; None where it reads
            nothing but padding.
        exact: whether no window on the way is an upper bound.
    """

    size: int
    jump: Number
    fields: tuple[Interval, ...]
    read: tuple[Interval | None, ...]
    exact: bool = True

    @property
    def field_size(self) -> int:
        """How many input pixels the element's field spans that spans most."""
        return max(last - first + 1 for first, last in self.fields)

    @property
    def first_centre(self) -> float:
        """The middle of the first element's field, in input pixels."""
        return sum(self.fields[0]) / 2

    @property
    def first_padding(self) -> int:
        """How many places of the first element's field lie outside of the image."""
        first, last = self.fields[0]
        return (last - first + 1) - max(0, min(last, self.size - 1) - max(first, 0) + 1)

    @property
    def beyond(self) -> tuple[int, int]:
        """How far the fields of the map reach out of the image, before it and behind it."""
        first = min(first for first, _ in self.fields)
        last = max(last for _, last in self.fields)
        return max(0, -first), max(0, last - (self.size - 1))


Extents = tuple[Extent, Extent] | None
"""The extents along height and width, or None: every element reads the whole input."""


class _Reading(NamedTuple):
    """How an operator reads a map along one axis."""

    window: Window
    step: int
    padding: str


def extents(graph: Graph) -> Mapping[Node, Extents]:
    """Return for every node of a sound graph, and its input, what each of its elements reads."""
    ask = asker(_readings)
    fields = receptive_fields(graph)
    found: dict[Node, Extents] = {graph.input: _pixels(graph.input)}
    for node in graph.nodes:
        readings = ask(node)
        read = [found[other] for other in node.reads]
        known = [both for both in read if both is not None]
        field = fields[node]
        if readings is None or field is None or len(known) < len(read):
            found[node] = None
            continue
        outputs = _lengths(node, known[0])
        height, width = (
            _union([both[axis] for both in known], readings[axis], outputs[axis], field[axis].jump)
            for axis in (0, 1)
        )
        found[node] = height, width
    return found


def _readings(operator: Operator, x: Any) -> tuple[_Reading, _Reading] | None:
    windows = operator.windows(x)
    if windows is None:
        return None
    steps = getattr(operator, "dilation", (1, 1))
    padding = getattr(operator, "padding_mode", "zeros")
    height, width = (
        _Reading(window, step if isinstance(window.stride, int) else 1, padding)
        for window, step in zip(windows, steps, strict=True)
    )
    return height, width


def _pixels(node: Node) -> Extents:
    if node.shape is None or len(node.shape) != 3:
        return None
    height, width = (
        Extent(size, 1, own := tuple((i, i) for i in range(size)), own) for size in node.shape[1:]
    )
    return height, width


def _lengths(node: Node, read: tuple[Extent, Extent]) -> tuple[int, int]:
    """Return how many rows and columns a node gives; what is flattened keeps the map's."""
    if node.shape is not None and len(node.shape) == 3:
        return node.shape[1], node.shape[2]
    return len(read[0].fields), len(read[1].fields)


def _union(read: list[Extent], reading: _Reading, outputs: int, jump: Number) -> Extent:
    """Return what is read through the same window of several maps, as one stretch an element."""
    paths = [_through(extent, reading, outputs) for extent in read]
    return Extent(
        read[0].size,
        jump,
        tuple(_hull(list(same)) for same in zip(*(path[0] for path in paths), strict=True)),
        tuple(_hull_or_none(same) for same in zip(*(path[1] for path in paths), strict=True)),
        all(extent.exact for extent in read) and isinstance(reading.window.stride, int),
    )


def _through(
    read: Extent, reading: _Reading, outputs: int
) -> tuple[list[Interval], list[Interval | None]]:
    (size, stride, start), step, padding = reading
    length = len(read.fields)
    if length == 1 and outputs > 1 and size == 1:  # a join repeats it
        return [read.fields[0]] * outputs, [read.read[0]] * outputs
    source = _SOURCES[padding]
    fields: list[Interval] = []
    inside: list[Interval | None] = []
    for begin in (floor(i * stride + start) for i in range(outputs)):
        last = begin + size - 1
        fields.append((_beyond(read, begin)[0], _beyond(read, last)[1]))
        taps = (source(place, length) for place in range(begin, last + 1, step))
        inside.append(_hull_or_none([read.read[tap] for tap in taps if 0 <= tap < length]))
    return fields, inside


def _beyond(read: Extent, index: int) -> Interval:
    """Return the field of an element; the map goes on outside of itself at its own jump."""
    nearest = min(max(index, 0), len(read.fields) - 1)
    moved = floor((index - nearest) * read.jump)
    first, last = read.fields[nearest]
    return first + moved, last + moved


def _hull(intervals: list[Interval]) -> Interval:
    return min(first for first, _ in intervals), max(last for _, last in intervals)


def _hull_or_none(intervals: "list[Interval | None] | tuple[Interval | None, ...]") -> Any:
    known = [interval for interval in intervals if interval is not None]
    return _hull(known) if known else None


def _reflected(place: int, length: int) -> int:
    return -place if place < 0 else min(place, 2 * (length - 1) - place)


_SOURCES: dict[str, Callable[[int, int], int]] = {
    "zeros": lambda place, length: place,
    "reflect": _reflected,
    "replicate": lambda place, length: min(max(place, 0), length - 1),
    "circular": lambda place, length: place % length,
}
"""Which element torch puts at a place, by the padding mode; outside of the map: none."""
