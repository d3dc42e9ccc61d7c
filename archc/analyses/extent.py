"""Which stretch of the network's input every single output element reads, along each axis.

`receptive_field` follows two numbers a node and is quick; this follows an interval for every row
and every column, so that borders, paddings, enlarged maps and joins of paths that are shifted
against each other come out as they are. Coordinates are those of Araujo et al. 2019,
https://doi.org/10.23915/distill.00021: pixel i has its centre at i, the first pixel at 0, and the
padding lies at negative places and behind the last pixel.

The interval is the hull of what is read; a dilated window leaves holes in it. Two things have no
exact answer: what lies beyond a map that is too small to show its pattern, and a join of vectors
that were flattened from maps of different sizes. Such fields are upper bounds, and not `exact`.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from math import ceil, floor, gcd, lcm
from typing import Any, NamedTuple

from archc.analyses.asking import asker
from archc.analyses.receptive_field import Number
from archc.graph.graph import Graph, Node
from archc.ops.base.operator import Operator, Taps, Window

Interval = tuple[int, int]
"""The first and the last input element; both are read."""


class Extent(NamedTuple):
    """What the elements of one map read along one axis.

    Args:
        size: the length of the input along the axis.
        jump: the distance between the fields of neighbouring elements, in input pixels; their
            mean distance where it varies.
        period: after how many elements the distances repeat; 1 where they are all the same.
        fields: for each element the stretch that it would read were the image endless; what
            lies below 0 or above `size` − 1 is padding. None where it reads nothing at all.
        read: for each element the stretch of the image that it does read; None where it reads
            nothing but padding.
        exact: whether no field is an upper bound.
    """

    size: int
    jump: Number
    period: int
    fields: tuple[Interval | None, ...]
    read: tuple[Interval | None, ...]
    exact: bool = True

    @property
    def field_size(self) -> int:
        """How many input pixels the element's field spans that spans most."""
        return max(map(_length, self.fields))

    @property
    def smallest_size(self) -> int:
        """How many input pixels the element's field spans that spans least."""
        return min(map(_length, self.fields))

    @property
    def first(self) -> Interval:
        """The field of the first element; of the first that reads anything, where it does not."""
        return next(filter(None, self.fields), (0, -1))

    @property
    def first_centre(self) -> float:
        """The middle of the first element's field, in input pixels."""
        return sum(self.first) / 2

    @property
    def first_padding(self) -> int:
        """How many places of the first element's field lie outside of the image."""
        first, last = self.first
        return _length(self.first) - max(0, min(last, self.size - 1) - max(first, 0) + 1)

    @property
    def beyond(self) -> tuple[int, int]:
        """How far the fields of the map reach out of the image, before it and behind it."""
        first, last = _hull(self.fields) or self.first
        return max(0, -first), max(0, last - (self.size - 1))


Extents = tuple[Extent, Extent] | None
"""The extents along height and width, or None: every element reads the whole input."""


class _Reading(NamedTuple):
    """How an operator reads a map along one axis."""

    window: Window
    taps: Taps
    padding: str


def extents(graph: Graph) -> Mapping[Node, Extents]:
    """Return for every node of a sound graph, and its input, what each of its elements reads."""
    ask = asker(_readings)
    found: dict[Node, Extents] = {graph.input: _pixels(graph.input)}
    for node in graph.nodes:
        readings = ask(node)
        read = [found[other] for other in node.reads]
        known = [both for both in read if both is not None]
        if readings is None or len(known) < len(read):
            found[node] = None
        elif len(known) > 1:
            found[node] = _joined(node, known)
        else:
            found[node] = _both_through(known[0], readings, _lengths(node, known[0]))
    return found


def _readings(operator: Operator, x: Any) -> tuple[_Reading, _Reading] | None:
    windows, taps = operator.windows(x), operator.taps(x)
    if windows is None or taps is None:
        return None
    padding = getattr(operator, "padding_mode", "zeros")
    height, width = (
        _Reading(window, own, padding) for window, own in zip(windows, taps, strict=True)
    )
    return height, width


def _pixels(node: Node) -> Extents:
    if node.shape is None or len(node.shape) != 3:
        return None
    height, width = (
        Extent(size, 1, 1, own := tuple((i, i) for i in range(size)), own)
        for size in node.shape[1:]
    )
    return height, width


def _lengths(node: Node, read: tuple[Extent, Extent]) -> tuple[int, int]:
    """Return how many rows and columns a node gives; what is flattened keeps the map's."""
    if node.shape is not None and len(node.shape) == 3:
        return node.shape[1], node.shape[2]
    return len(read[0].fields), len(read[1].fields)


# Through a window


def _both_through(
    read: tuple[Extent, Extent], readings: tuple[_Reading, _Reading], outputs: tuple[int, int]
) -> tuple[Extent, Extent]:
    height = _through(read[0], readings[0], outputs[0])
    # Most images and windows are square, and two axes cost twice as much as one.
    if outputs[0] == outputs[1] and readings[0].window == readings[1].window and read[0] == read[1]:
        return height, height
    width = _through(read[1], readings[1], outputs[1])
    return _beside(height, width), _beside(width, height)


def _beside(extent: Extent, other: Extent) -> Extent:
    """Return an extent beside another: where no column reads anything, no row does."""
    if not any(other.read):
        extent = extent._replace(read=(None,) * len(extent.read))
    if not any(other.fields):
        extent = extent._replace(fields=(None,) * len(extent.fields))
    return extent


def _through(read: Extent, reading: _Reading, outputs: int) -> Extent:
    """Return what is read of the image by what reads a map through windows."""
    window, length = reading.window, len(read.fields)
    if window == Window(1) and outputs == length:
        return read
    source = _SOURCES[reading.padding]
    fields: list[Interval | None] = []
    inside: list[Interval | None] = []
    exact = read.exact
    for output in range(outputs):
        taps = reading.taps(output)
        if taps.start >= 0 and taps.stop <= length:
            seen = slice(taps.start, taps.stop, taps.step)
            fields.append(_hull(read.fields[seen]))
            inside.append(_hull(read.read[seen]))
            continue
        fields.append(_hull(_beyond(read, tap) for tap in taps))
        places = (source(tap, length) for tap in taps)
        inside.append(_hull(read.read[place] for place in places if 0 <= place < length))
        exact = exact and length >= read.period
    parts = window.stride.numerator, read.period * window.stride.denominator
    return Extent(
        read.size,
        read.jump * window.stride,
        parts[1] // gcd(*parts),
        tuple(fields),
        tuple(inside),
        exact,
    )


def _beyond(read: Extent, index: int) -> Interval | None:
    """Return the field of an element; the map goes on outside of itself as it does inside."""
    length = len(read.fields)
    if 0 <= index < length:
        return read.fields[index]
    if length >= read.period:
        like = index % read.period if index < 0 else _last_like(index, read.period, length)
    else:
        like = min(max(index, 0), length - 1)
    field, moved = read.fields[like], (index - like) * read.jump
    return field and (field[0] + floor(moved), field[1] + ceil(moved))


def _last_like(index: int, period: int, length: int) -> int:
    """Return the last element of a map that has its place in the period in common with `index`."""
    return length - 1 - (length - 1 - index) % period


def _reflected(place: int, length: int) -> int:
    return -place if place < 0 else min(place, 2 * (length - 1) - place)


_SOURCES: dict[str, Callable[[int, int], int]] = {
    "zeros": lambda place, length: place,
    "reflect": _reflected,
    "replicate": lambda place, length: min(max(place, 0), length - 1),
    "circular": lambda place, length: place % length,
}
"""Which element torch puts at a place, by the padding mode; outside of the map: none."""


# Where paths meet


def _joined(node: Node, read: list[tuple[Extent, Extent]]) -> tuple[Extent, Extent]:
    """Return the union of what several paths read, as one stretch an element."""
    lengths = {tuple(len(extent.fields) for extent in both) for both in read}
    if len(lengths) > 1 and len(node.shape or ()) != 3:
        height, width = (_mixed([both[axis] for both in read]) for axis in (0, 1))
    else:
        outputs = _lengths(node, read[0])
        height, width = (
            _union([_repeated(both[axis], outputs[axis]) for both in read]) for axis in (0, 1)
        )
    return height, width


def _repeated(extent: Extent, outputs: int) -> Extent:
    """Return an extent as a join reads it, which repeats what has one row or column."""
    if len(extent.fields) == outputs:
        return extent
    return extent._replace(jump=0, fields=extent.fields * outputs, read=extent.read * outputs)


def _union(read: list[Extent]) -> Extent:
    return Extent(
        read[0].size,
        max(extent.jump for extent in read),
        lcm(*(extent.period for extent in read)),
        tuple(map(_hull, zip(*(extent.fields for extent in read), strict=True))),
        tuple(map(_hull, zip(*(extent.read for extent in read), strict=True))),
        all(extent.exact for extent in read),
    )


def _mixed(read: list[Extent]) -> Extent:
    """Return vectors of maps of different sizes as one element, which reads what all read."""
    fields = _hull(chain.from_iterable(extent.fields for extent in read))
    inside = _hull(chain.from_iterable(extent.read for extent in read))
    return Extent(read[0].size, 0, 1, (fields,), (inside,), exact=False)


def _length(interval: Interval | None) -> int:
    return 0 if interval is None else interval[1] - interval[0] + 1


def _hull(intervals: Iterable[Interval | None]) -> Interval | None:
    known = [interval for interval in intervals if interval is not None]
    if len(known) < 2:
        return known[0] if known else None
    firsts, lasts = zip(*known, strict=True)
    return min(firsts), max(lasts)
