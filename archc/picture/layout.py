"""Diagram to coordinates: a layered layout whose trunk, the longest way through, is one line.

Rows are the lengths of the longest ways from the entry, as in Sugiyama's method. Columns are
lanes: the trunk has the lane at x = 0 of its frame, and whatever branches off has a lane beside
it, left if it is declared before the trunk's box of its row and right if after. A link that passes
over rows has a lane of its own, so that no line runs through a box.
"""

from dataclasses import dataclass

from archc.picture.boxes import ENTRY, Box, Diagram, Link
from archc.picture.text import width_of
from archc.problems.shapes import shape_text

TITLE_SIZE, SMALL_SIZE = 13, 10.5
_PAD = 10
_HEIGHT = 38
_JOIN_HEIGHT = 22
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
class _Lane:
    """Boxes below each other, or a link alone, from the row `first` to the row `last`."""

    boxes: list[int]
    first: int
    last: int
    side: int = 1
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
    rows = _rows(drawn)
    lanes, lane_of = _lanes(drawn, rows, sizes)
    skips = _skips(drawn, rows, lane_of)
    _place(lanes, list(skips.values()))
    top = float(_FRAME_TITLE) if inside else 0.0
    tops, heights, bottom = _heights(rows, sizes, top)
    if inside:
        bottom += _FRAME_END - _GAP
    placed = tuple(
        _placed(box, size, lanes[lane_of[i]].x, tops[rows[i]], heights[rows[i]])
        for i, (box, size) in enumerate(zip(drawn.boxes, sizes, strict=True))
    )
    routes = [_route(drawn, link, placed, rows, tops, skips.get(link), top) for link in drawn.links]
    if inside:
        routes.append(_way_out(drawn, placed, top, bottom))
    everything = [*lanes, *skips.values()]
    return Layout(
        placed,
        tuple(routes),
        max(lane.left - lane.x for lane in everything),
        max(lane.right + lane.x for lane in everything),
        bottom,
    )


def caption(box: Box) -> str:
    """Return the small line of a box: what it costs and sees."""
    parts = [short(box.params)] if box.params else []
    parts += [f"{short(box.macs)} MAC"] if box.macs else []
    parts += [f"RF {box.field}"] if box.field else []
    return " · ".join(parts)


def short(number: int) -> str:
    """Return a number in three digits and a unit."""
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= size:
            scaled = number / size
            return f"{scaled:.3g} {unit}" if scaled < 999.5 else f"{int(scaled)} {unit}"
    return str(number)


def heading(box: Box) -> tuple[str, str, str]:
    """Return a box's first line: its name in bold, what it is, and what is fused in grey."""
    times = f"× {box.count}" if box.count > 1 else ""
    return box.title, box.label, " ".join(filter(None, (box.suffix, times)))


def _size(box: Box) -> _Size:
    title, label, suffix = heading(box)
    line = width_of(title, TITLE_SIZE, bold=True) + width_of(f" {label} {suffix}", TITLE_SIZE)
    if box.join:
        half = max(_JOIN_HEIGHT, width_of(f"{label} {suffix}", TITLE_SIZE) + _PAD) / 2
        return _Size(half, half, _JOIN_HEIGHT)
    below = caption(box)
    if box.inner is None:
        half = max(line, width_of(below, SMALL_SIZE)) / 2 + _PAD
        return _Size(half, half, _HEIGHT if below else _HEIGHT - 12)
    inner = layout(box.inner, inside=True)
    least = line + width_of(f"  {below}", SMALL_SIZE) + 2 * _PAD
    left = inner.left + _PAD
    # A wide title needs room; both sides get what is missing.
    missing = max(0.0, least - left - inner.right - _PAD)
    return _Size(left + missing / 2, inner.right + _PAD + missing / 2, inner.height, inner)


def _rows(drawn: Diagram) -> list[int]:
    rows = [0] * len(drawn.boxes)
    for link in drawn.links:  # in topological order of their targets
        if link.source != ENTRY:
            rows[link.target] = max(rows[link.target], rows[link.source] + 1)
    return rows


def _lanes(drawn: Diagram, rows: list[int], sizes: list[_Size]) -> tuple[list[_Lane], list[int]]:
    """Return the lanes of boxes, the trunk first, and each box's."""
    above: list[int] = [ENTRY] * len(rows)  # the box just above on the longest way
    below: dict[int, list[int]] = {}
    last_read = [rows[i] for i in range(len(rows))]
    for source, target in ((link.source, link.target) for link in drawn.links):
        below.setdefault(source, []).append(target)
        if source != ENTRY:
            last_read[source] = max(last_read[source], rows[target])
            if above[target] == ENTRY and rows[source] == rows[target] - 1:
                above[target] = source
    trunk, at = [], drawn.exit
    while at != ENTRY:
        trunk.append(at)
        at = above[at]
    lane_of = [ENTRY] * len(rows)
    lanes = [_Lane(trunk[::-1], 0, 0, 0)]
    for box in trunk:
        lane_of[box] = 0
    by_row = {rows[box]: box for box in trunk}
    for box in range(len(rows)):
        if lane_of[box] != ENTRY:
            continue
        before = above[box]
        if before != ENTRY and lane_of[before] > 0 and lanes[lane_of[before]].boxes[-1] == before:
            lane_of[box] = lane_of[before]
            lanes[lane_of[box]].boxes.append(box)
        else:
            left = box < by_row.get(rows[box], -1) and not drawn.boxes[box].auxiliary
            lane_of[box] = len(lanes)
            lanes.append(_Lane([box], 0, 0, -1 if left else 1))
    for lane in filter(lambda lane: lane.boxes, lanes):  # what hands its input on has no trunk
        lane.first = rows[lane.boxes[0]]
        lane.last = max(last_read[box] for box in lane.boxes)
        lane.left = max(sizes[box].left for box in lane.boxes)
        lane.right = max(sizes[box].right for box in lane.boxes)
    return lanes, lane_of


def _skips(drawn: Diagram, rows: list[int], lane_of: list[int]) -> dict[Link, _Lane]:
    """Return a lane for each link that passes over rows with boxes of its lane or the trunk's."""
    ends: dict[int, int] = {}
    for box, lane in enumerate(lane_of):
        ends[lane] = box
    skips = {}
    for link in drawn.links:
        first = rows[link.source] + 1 if link.source != ENTRY else 0
        falls = link.source != ENTRY and ends[lane_of[link.source]] == link.source
        if rows[link.target] == first or (falls and lane_of[link.source] > 0):
            continue
        skips[link] = _Lane([], first, rows[link.target])
    return skips


def _place(lanes: list[_Lane], skips: list[_Lane]) -> None:
    """Give every lane its x: the trunk 0, others beside whatever shares rows with them.

    The trunk keeps its whole width, so that a lane is one straight line below it.
    """
    for side in (-1, 1):
        free: list[_Lane] = []
        beside = [lane for lane in lanes[1:] if lane.side == side]
        ordered = beside[::-1] if side < 0 else beside
        if side > 0:
            ordered = sorted([*ordered, *skips], key=lambda lane: lane.last - lane.first)
        for lane in ordered:
            own = lane.left if side > 0 else lane.right
            edge = lanes[0].right if side > 0 else lanes[0].left
            for other in free:
                if other.first <= lane.last and lane.first <= other.last:
                    width = other.right if side > 0 else other.left
                    edge = max(edge, abs(other.x) + width)
            gap = _LANE_GAP if lane.boxes else 2
            lane.x = side * (edge + gap + own)
            free.append(lane)


def _heights(
    rows: list[int], sizes: list[_Size], top: float
) -> tuple[list[float], list[float], float]:
    heights = [0.0] * (max(rows, default=-1) + 1)
    for row, size in zip(rows, sizes, strict=True):
        heights[row] = max(heights[row], size.height)
    tops, y = [], top + (_GAP if not top else _GAP - 6)
    for height in heights:
        tops.append(y)
        y += height + _GAP
    return tops, heights, y


def _placed(box: Box, size: _Size, trunk: float, top: float, height: float) -> Placed:
    y = top + (height - size.height) / 2 if box.join else top
    return Placed(box, trunk - size.left, y, size.left + size.right, size.height, trunk, size.inner)


def _route(
    drawn: Diagram,
    link: Link,
    placed: tuple[Placed, ...],
    rows: list[int],
    tops: list[float],
    skip: _Lane | None,
    top: float,
) -> Route:
    """Go down, aside in the gap between rows, and down; into a join's side from another lane."""
    target = placed[link.target]
    if link.source == ENTRY:
        x, y, row, text = 0.0, top, 0, ""
    else:
        source = placed[link.source]
        x, y, row = source.trunk, source.y + source.height, rows[link.source] + 1
        text = shape_text(source.box.shape) if link.changes else ""
    auxiliary = target.box.auxiliary
    lane = skip.x if skip else x
    points = [(x, y)]
    if skip:
        turn = tops[row] - _TURN
        points += [(x, turn), (lane, turn)]
    points.append((lane, target.y))
    if lane != target.trunk:
        points[-1:] = _aside(lane, target, placed, tops[rows[link.target]])
    return Route(tuple(points), text, True, auxiliary)


def _aside(lane: float, target: Placed, placed: tuple[Placed, ...], top: float) -> list[Point]:
    """Return the last corners of a link from another lane: into a join's side, else from above."""
    middle = target.y + target.height / 2
    border = target.x + target.width if lane > target.trunk else target.x
    if target.box.join and _free(placed, min(lane, border), max(lane, border), middle):
        return [(lane, middle), (border, middle)]
    turn = top - _TURN
    return [(lane, turn), (target.trunk, turn), (target.trunk, target.y)]


def _free(placed: tuple[Placed, ...], left: float, right: float, y: float) -> bool:
    """Whether no box stands in the way of a level line."""
    return not any(
        box.y < y < box.y + box.height and box.x < right and left < box.x + box.width
        for box in placed
    )


def _way_out(drawn: Diagram, placed: tuple[Placed, ...], top: float, bottom: float) -> Route:
    if drawn.exit == ENTRY:
        return Route(((0.0, top), (0.0, bottom)), "", False)
    end = placed[drawn.exit]
    points = ((end.trunk, end.y + end.height), (end.trunk, bottom))
    return Route(points, "", False, end.box.auxiliary)
