"""Structure to coordinates: the sizes of boxes, the places of lanes and rows, the ways of links.

The trunk has the lane at x = 0 of its frame; every other lane stands beside whatever shares rows
with it, so that no line runs through a box. `page/geometry.js` does the same in a browser, for
whichever boxes are open there; a test holds the two together.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from archc.picture.boxes import ENTRY, Box, Diagram, Link
from archc.picture.lanes import Lane, Structure, structure
from archc.picture.measures import PAD, closed_size, frame_width
from archc.problems.shapes import shape_text

_TURN = 10  # above a row: where links go aside
_GAP = 24  # between rows: room for the shape beside a link
_LANE_GAP = 22
_SKIP_WIDTH = 20
_FRAME_TITLE = 24  # its title; the gap below it holds the fork
_FRAME_END = 12

Point = tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """A box, its upper left corner and size, and the x of the trunk on which its links end."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    trunk: float
    inner: "Layout | None" = None


@dataclass(frozen=True)
class Route:
    """A link's corners, and the shape to be written beside its beginning, or nothing."""

    points: tuple[Point, ...]
    text: str
    arrow: bool
    auxiliary: bool = False


@dataclass(frozen=True)
class Layout:
    """A placed diagram; `left` and `right` are what it takes beside its trunk at x = 0."""

    boxes: tuple[Placed, ...]
    routes: tuple[Route, ...]
    left: float
    right: float
    height: float


@dataclass
class _Column:
    """A lane, what it takes on both sides of its middle, and where that is."""

    lane: Lane
    left: float = _SKIP_WIDTH / 2
    right: float = _SKIP_WIDTH / 2
    x: float = 0.0


@dataclass(frozen=True)
class _Size:
    left: float
    right: float
    height: float
    inner: Layout | None = None


def layout(drawn: Diagram, *, inside: bool = False) -> Layout:
    """Return coordinates, the upper border at y = 0; `inside` a frame, a title has room there."""
    sizes = [_size(box) for box in drawn.boxes]
    found = structure(drawn)
    top = float(_FRAME_TITLE) if inside else 0.0
    tops, heights, bottom = _heights(found, sizes, top)
    columns = [_column(_reaching(lane, sizes, tops), sizes) for lane in found.lanes]
    skips = {link: _Column(lane) for link, lane in found.skips.items()}
    _place(columns, list(skips.values()))
    if inside:
        bottom += _FRAME_END - _GAP
    placed = tuple(
        _placed(box, size, columns[lane].x, tops[row], heights[row])
        for box, size, lane, row in zip(drawn.boxes, sizes, found.lane_of, found.rows, strict=True)
    )
    beside: dict[int, list[Placed]] = {}
    for box, row in zip(placed, found.rows, strict=True):
        beside.setdefault(row, []).append(box)
    routes = [
        _route(link, found, placed, beside, tops, skips.get(link), top) for link in drawn.links
    ]
    if inside:
        routes.append(_way_out(drawn, placed, top, bottom))
    everything = [*columns, *skips.values()]
    return Layout(
        placed,
        tuple(routes),
        max(column.left - column.x for column in everything),
        max(column.right + column.x for column in everything),
        bottom,
    )


def _size(box: Box) -> _Size:
    if box.inner is None:
        width, height = closed_size(box)
        return _Size(width / 2, width / 2, height)
    inner = layout(box.inner, inside=True)
    left, right = inner.left + PAD, inner.right + PAD
    # A wide title needs room; both sides get what is missing.
    missing = max(0.0, frame_width(box) - left - right)
    return _Size(left + missing / 2, right + missing / 2, inner.height, inner)


def _heights(
    found: Structure, sizes: list[_Size], top: float
) -> tuple[list[float], list[float], float]:
    """Return the tops and the heights of rows, and where all ends; what hangs stretches no row."""
    heights = [0.0] * (max(found.rows, default=-1) + 1)
    for row, lane, size in zip(found.rows, found.lane_of, sizes, strict=True):
        if not found.lanes[lane].hangs:
            heights[row] = max(heights[row], size.height)
    tops, y = [], top + (_GAP if not top else _GAP - 6)
    for height in heights:
        tops.append(y)
        y += height + _GAP
    ends = (_end(lane, sizes, tops) for lane in found.lanes if lane.hangs)
    return tops, heights, max([y, *(end + _GAP for end in ends)])


def _end(hanging: Lane, sizes: list[_Size], tops: list[float]) -> float:
    """Return where the one box of a lane that hangs ends."""
    (box,) = hanging.boxes
    return tops[hanging.first] + sizes[box].height


def _reaching(lane: Lane, sizes: list[_Size], tops: list[float]) -> Lane:
    """Return a lane with the rows that it takes: what hangs takes all that it reaches into."""
    if not lane.hangs:
        return lane
    end = _end(lane, sizes, tops)
    return replace(lane, last=bisect_left(tops, end, key=lambda top: top - _GAP) - 1)


def _column(lane: Lane, sizes: list[_Size]) -> _Column:
    if not lane.boxes:
        return _Column(lane)
    left = max(sizes[box].left for box in lane.boxes)
    return _Column(lane, left, max(sizes[box].right for box in lane.boxes))


def _place(columns: list[_Column], skips: list[_Column]) -> None:
    """Give every lane its x: the trunk 0, others beside whatever shares rows with them.

    The trunk keeps its whole width, so that a lane is one straight line below it. What each row
    has taken so far is kept, since a network that reads all before has lanes by ten thousands.
    """
    trunk, *others = columns
    rows = 1 + max((column.lane.last for column in [*others, *skips]), default=0)
    taken = [trunk.left] * rows
    for column in reversed([column for column in others if column.lane.side < 0]):
        first, end = column.lane.first, column.lane.last + 1
        column.x = -(max(taken[first:end]) + _LANE_GAP + column.right)
        taken[first:end] = [-column.x + column.left] * (end - first)
    taken = [trunk.right] * rows
    beside = [column for column in others if column.lane.side > 0]
    for column in sorted([*beside, *skips], key=_nearness):
        first, end = column.lane.first, column.lane.last + 1
        column.x = max(taken[first:end]) + (_LANE_GAP if column.lane.boxes else 2) + column.left
        taken[first:end] = [column.x + column.right] * (end - first)


def _nearness(column: _Column) -> tuple[bool, int]:
    """Order lanes from the trunk outward: short ones, long ones, and what hangs, lowest first.

    So a line that goes out to what hangs, above its box, meets no other box.
    """
    lane = column.lane
    return lane.hangs, -lane.first if lane.hangs else lane.last - lane.first


def _placed(box: Box, size: _Size, trunk: float, top: float, height: float) -> Placed:
    y = top + (height - size.height) / 2 if box.join else top
    return Placed(box, trunk - size.left, y, size.left + size.right, size.height, trunk, size.inner)


def _route(
    link: Link,
    found: Structure,
    placed: tuple[Placed, ...],
    beside: Mapping[int, list[Placed]],
    tops: list[float],
    skip: _Column | None,
    top: float,
) -> Route:
    """Go down, aside in the gap between rows, and down; into a join's side from another lane."""
    target = placed[link.target]
    if link.source == ENTRY:
        x, y, row, text = 0.0, top, 0, ""
    else:
        source = placed[link.source]
        x, y, row = source.trunk, source.y + source.height, found.rows[link.source] + 1
        text = shape_text(source.box.shape) if link.changes else ""
    lane = skip.x if skip else x
    points = [(x, y)]
    if skip:
        turn = tops[row] - _TURN
        points += [(x, turn), (lane, turn)]
    if lane == target.trunk:
        points.append((lane, target.y))
    else:
        row = found.rows[link.target]
        points += _aside(lane, target, beside[row], tops[row] - _TURN)
    return Route(tuple(points), text, True, target.box.auxiliary)


def _aside(lane: float, target: Placed, row: list[Placed], turn: float) -> list[Point]:
    """Return the last corners of a link from another lane: into a join's side, else from above."""
    middle = target.y + target.height / 2
    border = target.x + target.width if lane > target.trunk else target.x
    corners = [(lane, middle), (border, middle)]
    if target.box.join and _free(row, [(lane, turn), *corners]):
        return corners
    return [(lane, turn), (target.trunk, turn), (target.trunk, target.y)]


def _free(row: list[Placed], points: list[Point]) -> bool:
    """Whether no box of a row stands in the way of a line."""
    return not any(_crossed(box, a, b) for a, b in pairwise(points) for box in row)


def _crossed(box: Placed, a: Point, b: Point) -> bool:
    (left, right), (top, low) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    beside = right <= box.x or left >= box.x + box.width
    return not beside and top < box.y + box.height and low > box.y


def _way_out(drawn: Diagram, placed: tuple[Placed, ...], top: float, bottom: float) -> Route:
    if drawn.exit == ENTRY:
        return Route(((0.0, top), (0.0, bottom)), "", False)
    end = placed[drawn.exit]
    points = ((end.trunk, end.y + end.height), (end.trunk, bottom))
    return Route(points, "", False, end.box.auxiliary)
