"""Which stretch of the network's input every single output element reads, along each axis.

`receptive_field` follows two numbers a node and is quick; this follows an interval for every row
and every column, so that borders, paddings, enlarged maps and joins of paths that are shifted
against each other come out as they are. Coordinates are those of Araujo et al. 2019,
https://doi.org/10.23915/distill.00021: pixel i has its centre at i, the first pixel at 0, and the
padding lies at negative places and behind the last pixel.

The interval is the hull of what is read; a dilated window leaves holes in it. Two things have no
exact answer: what lies beyond a map that is too small to show its pattern, and a join of vectors
that were flattened from maps of different sizes. Such fields are upper bounds, and not `exact`.

To read all of a map and to see the whole image are two facts: a stride may have passed over a part
of the image. What reads all of its map has the interval that the map has, and it sees the whole
image if every row and every column of it is read on the way (`coverage`).
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import chain
from math import ceil, floor, gcd, lcm
from operator import and_, le, or_
from typing import NamedTuple

from archc.analyses.asking import asker
from archc.analyses.budget import TapBudget
from archc.analyses.coverage import Coverage, all_of
from archc.analyses.field_rule import Number
from archc.analyses.reading import Reading, read_readings
from archc.graph.graph import Graph, Node
from archc.ops.base.operator import Window

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
        common: what every element reads, as bits, if it reads all of a map; there is no endless
            image then, and `fields` are `read`. None where no layer on the way reads all of a map.
        complete: whether the elements are known to read all of the image together.
    """

    size: int
    jump: Number
    period: int
    fields: tuple[Interval | None, ...]
    read: tuple[Interval | None, ...]
    exact: bool = True
    common: int | None = None
    complete: bool = False

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


def extents(graph: Graph) -> Mapping[Node, Extents]:
    """Return for every node of a sound graph, and its input, what each of its elements reads.

    Raises:
        TooLargeError: there are more rows and columns than can be followed one by one.
    """
    ask, budget = asker(read_readings), TapBudget()
    found: dict[Node, Extents] = {graph.input: _pixels(graph.input, budget)}
    coverage = Coverage(found, ask, budget.spend)
    for node in graph.nodes:
        readings = ask(node)
        known = [both for both in map(found.__getitem__, node.reads) if both is not None]
        if len(known) < len(node.reads):
            found[node] = None
        elif len(known) > 1:
            found[node] = _joined(node, known)
        elif readings is None:
            found[node] = _of_all(node, known[0], coverage.of(node.reads[0]))
        else:
            found[node] = _both_through(known[0], readings, _lengths(node, known[0]), budget)
    return {node: None if _sees_all(both) else both for node, both in found.items()}


def _sees_all(both: Extents) -> bool:
    return both is None or all(extent.common == all_of(extent.size) for extent in both)


def _pixels(node: Node, budget: TapBudget) -> Extents:
    if len(node.shape) != 3:
        return None
    budget.spend(sum(node.shape[1:]))
    height, width = (
        Extent(size, 1, 1, own := tuple((i, i) for i in range(size)), own, complete=True)
        for size in node.shape[1:]
    )
    return height, width


def _lengths(node: Node, read: tuple[Extent, Extent]) -> tuple[int, int]:
    """Return how many rows and columns a node gives; what is flattened keeps the map's."""
    if len(node.shape) == 3:
        return node.shape[1], node.shape[2]
    return len(read[0].fields), len(read[1].fields)


def _of_all(
    node: Node, read: tuple[Extent, Extent], covered: tuple[int, int]
) -> tuple[Extent, Extent]:
    """Return what is read by elements that read all of a map; `covered` is what that reads."""
    outputs = node.shape[1:] if len(node.shape) == 3 else (1, 1)
    height, width = (
        Extent(
            extent.size,
            0,
            1,
            own := (_span(bits),) * length,
            own,
            common=bits,
            complete=bits == all_of(extent.size),
        )
        for extent, bits, length in zip(read, covered, outputs, strict=True)
    )
    return _beside(height, width), _beside(width, height)


def _span(bits: int) -> Interval | None:
    """Return the first and the last place of a set of bits."""
    return ((bits & -bits).bit_length() - 1, bits.bit_length() - 1) if bits else None


# Through a window

_Followed = tuple[list[Interval | None], list[Interval | None], bool]
"""Fields, what is read of the image, and whether a window reaches out of the map."""


def _both_through(
    read: tuple[Extent, Extent],
    readings: tuple[Reading, Reading],
    outputs: tuple[int, int],
    budget: TapBudget,
) -> tuple[Extent, Extent]:
    if all(
        reading.window == Window(1) and length == len(extent.fields)
        for extent, reading, length in zip(read, readings, outputs, strict=True)
    ):
        return read
    height = _through(read[0], readings[0], outputs[0], budget)
    # Most images and windows are square, and two axes cost twice as much as one.
    if outputs[0] == outputs[1] and readings[0].window == readings[1].window and read[0] == read[1]:
        return height, height
    width = _through(read[1], readings[1], outputs[1], budget)
    return _beside(height, width), _beside(width, height)


def _beside(extent: Extent, other: Extent) -> Extent:
    """Return an extent beside another: where no column reads anything, no row does."""
    if not any(other.read):
        common = None if extent.common is None else 0
        extent = extent._replace(read=(None,) * len(extent.read), common=common, complete=False)
    if not any(other.fields):
        extent = extent._replace(fields=(None,) * len(extent.fields))
    return extent


def _through(read: Extent, reading: Reading, outputs: int, budget: TapBudget) -> Extent:
    """Return what is read of the image by what reads a map through windows."""
    window, length = reading.window, len(read.fields)
    if window == Window(1) and outputs == length:
        return read
    budget.spend(outputs)
    if _slides(read, reading):
        fields, inside, beyond = _slid(read, reading, outputs, budget)
        covers = window.covers(length, outputs)
    else:
        fields, inside, beyond = _one_by_one(read, reading, range(outputs), budget)
        covers = reading.needed(all_of(outputs), length, budget.spend) == all_of(length)
    common = read.common
    if common is not None:
        fields = inside
        common = common if all(inside) else 0
    parts = window.stride.numerator, read.period * window.stride.denominator
    return Extent(
        read.size,
        read.jump * window.stride,
        parts[1] // gcd(*parts),
        tuple(fields),
        tuple(inside),
        read.exact and (length >= read.period or not beyond),
        common,
        read.complete and covers,
    )


def _slides(read: Extent, reading: Reading) -> bool:
    """Whether windows move by whole elements over a map whose fields lie in order."""
    window = reading.window
    whole = isinstance(window.stride, int) and window.stride > 0
    whole = whole and reading.taps(0) == window.taps(0)
    return whole and _in_order(read.read) and (read.read is read.fields or _in_order(read.fields))


def _in_order(fields: tuple[Interval | None, ...]) -> bool:
    if not all(fields):
        return False
    firsts, lasts = zip(*fields, strict=True)
    return all(map(le, firsts, firsts[1:])) and all(map(le, lasts, lasts[1:]))


def _slid(read: Extent, reading: Reading, outputs: int, budget: TapBudget) -> _Followed:
    """Follow windows of which only the ends count."""
    window, length = reading.window, len(read.fields)
    start, stride = int(window.start), int(window.stride)
    first = min(outputs, max(0, -(start // stride)))
    last = max(first, min(outputs, (length - window.size - start) // stride + 1))
    before = _one_by_one(read, reading, range(first), budget, in_order=True)
    behind = _one_by_one(read, reading, range(last, outputs), budget, in_order=True)
    found = []
    seen_by = (read.fields, read.read)
    for seen, early, late in zip(seen_by, before[:2], behind[:2], strict=True):
        begin = first * stride + start
        ends = slice(begin, None, stride), slice(begin + window.size - 1, None, stride)
        pairs = zip(range(first, last), seen[ends[0]], seen[ends[1]], strict=False)
        within = [(a[0], b[1]) for _, a, b in pairs if a is not None and b is not None]
        found.append([*early, *within, *late])
    return found[0], found[1], before[2] or behind[2]


def _one_by_one(
    read: Extent, reading: Reading, outputs: range, budget: TapBudget, *, in_order: bool = False
) -> _Followed:
    """Follow windows one by one; every tap counts unless the fields of the map lie in order."""
    length = len(read.fields)
    fields: list[Interval | None] = []
    inside: list[Interval | None] = []
    beyond = False
    for output in outputs:
        taps = reading.taps(output)
        if not taps or (taps[0] >= 0 and taps[-1] < length):
            budget.spend(len(taps))
            seen = slice(taps.start, taps.stop, taps.step) if taps else slice(0, 0)
            fields.append(_hull(read.fields[seen]))
            inside.append(_hull(read.read[seen]))
            continue
        beyond = True
        if in_order and reading.padding == "zeros":
            on_map = reading.within(taps, length)
            fields.append(_hull(_beyond(read, tap) for tap in (taps[0], taps[-1])))
            inside.append(_hull(read.read[tap] for tap in on_map[:: max(1, len(on_map) - 1)]))
            continue
        budget.spend(len(taps))
        fields.append(_hull(_beyond(read, tap) for tap in taps))
        inside.append(_hull(read.read[place] for place in reading.places(taps, length)))
    return fields, inside, beyond


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


# Where paths meet


def _joined(node: Node, read: list[tuple[Extent, Extent]]) -> tuple[Extent, Extent]:
    """Return the union of what several paths read, as one stretch an element."""
    lengths = {tuple(len(extent.fields) for extent in both) for both in read}
    beside = len(node.shape) != 3 and any(one.shape != node.shape for one in node.reads)
    unlike = len({extent.common is None for both in read for extent in both}) > 1
    most = tuple(max(len(both[axis].fields) for both in read) for axis in (0, 1))
    repeats = all(
        length in (1, full) for one in lengths for length, full in zip(one, most, strict=True)
    )
    if not repeats or (beside and (unlike or len(lengths) > 1)):
        height, width = (_mixed([both[axis] for both in read]) for axis in (0, 1))
    else:
        height, width = (
            _union([_repeated(both[axis], most[axis]) for both in read]) for axis in (0, 1)
        )
    return height, width


def _repeated(extent: Extent, outputs: int) -> Extent:
    """Return an extent as a join reads it, which repeats what has one row or column."""
    if len(extent.fields) == outputs:
        return extent
    return extent._replace(jump=0, fields=extent.fields * outputs, read=extent.read * outputs)


def _union(read: list[Extent]) -> Extent:
    if all(extent is read[0] for extent in read):
        return read[0]
    known = [extent.common for extent in read if extent.common is not None]
    common = reduce(or_, known) if known else None
    inside = tuple(map(_hull, zip(*(extent.read for extent in read), strict=True)))
    ends = tuple(map(_hull, zip(*(extent.fields for extent in read), strict=True)))
    return Extent(
        read[0].size,
        max(extent.jump for extent in read),
        lcm(*(extent.period for extent in read)),
        ends if common is None else inside,
        inside,
        all(extent.exact for extent in read),
        common,
        any(extent.complete for extent in read),
    )


def _mixed(read: list[Extent]) -> Extent:
    """Return vectors of maps of different sizes as one element, which reads what all read."""
    inside = _hull(chain.from_iterable(extent.read for extent in read))
    fields = _hull(chain.from_iterable(extent.fields for extent in read))
    common = None
    if any(extent.common is not None for extent in read):
        fields, common = inside, reduce(and_, (extent.common or 0 for extent in read))
    complete = any(extent.complete for extent in read)
    return Extent(read[0].size, 0, 1, (fields,), (inside,), False, common, complete)


def _length(interval: Interval | None) -> int:
    return 0 if interval is None else interval[1] - interval[0] + 1


def _hull(intervals: Iterable[Interval | None]) -> Interval | None:
    known = [interval for interval in intervals if interval is not None]
    if len(known) < 2:
        return known[0] if known else None
    firsts, lasts = zip(*known, strict=True)
    return min(firsts), max(lasts)
