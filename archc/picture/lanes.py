"""Diagram to structure: rows, lanes and skips, which depend on no box's size.

Rows are the lengths of the longest ways from the entry, as in Sugiyama's method. Columns are
lanes: the trunk, the longest way through, is the first, and whatever branches off has a lane beside
it, left if it is declared before the trunk's box of its row and right if after. A link that passes
over rows has a lane of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archc.picture.boxes import ENTRY, Diagram, Link


@dataclass(frozen=True)
class Lane:
    """Boxes below each other, or a link alone, from the row `first` to the row `last`.

    `side` is -1 left of the trunk, 1 right of it and 0 for the trunk itself. A lane `hangs` if it
    is one box right of the trunk that nothing reads, as a head is: the box may be taller than
    its row.
    """

    boxes: tuple[int, ...]
    first: int
    last: int
    side: int = 1
    hangs: bool = False


@dataclass(frozen=True)
class Structure:
    """What a layout is before any size is known.

    Args:
        rows: the row of each box.
        lanes: the lanes of boxes, the trunk first.
        lane_of: the lane of each box.
        skips: the lane of each link that has one of its own, right of the trunk.
    """

    rows: tuple[int, ...]
    lanes: tuple[Lane, ...]
    lane_of: tuple[int, ...]
    skips: Mapping[Link, Lane]


def structure(drawn: Diagram) -> Structure:
    """Return the rows, lanes and skips of one diagram; those of its open boxes are their own."""
    rows = _rows(drawn)
    above = _above(drawn, rows)
    members = _members(drawn, rows, above)
    lane_of = [0] * len(rows)
    for number, boxes in enumerate(members):
        for box in boxes:
            lane_of[box] = number
    lanes = _lanes(drawn, rows, members)
    return Structure(tuple(rows), lanes, tuple(lane_of), _skips(drawn, rows, members, lane_of))


def _rows(drawn: Diagram) -> list[int]:
    rows = [0] * len(drawn.boxes)
    for link in drawn.links:  # in topological order of their targets
        if link.source != ENTRY:
            rows[link.target] = max(rows[link.target], rows[link.source] + 1)
    return rows


def _above(drawn: Diagram, rows: list[int]) -> list[int]:
    """Return the box just above each on a longest way, or `ENTRY`."""
    above = [ENTRY] * len(rows)
    for link in drawn.links:
        neighbours = link.source != ENTRY and rows[link.source] == rows[link.target] - 1
        if neighbours and above[link.target] == ENTRY:
            above[link.target] = link.source
    return above


def _members(drawn: Diagram, rows: list[int], above: list[int]) -> list[list[int]]:
    """Return the boxes of each lane: the trunk's, then each way that leaves another lane."""
    trunk, at = [], drawn.exit
    while at != ENTRY:
        trunk.append(at)
        at = above[at]
    members = [trunk[::-1]]
    ends: dict[int, list[int]] = {}  # by its lowest box, a lane that can go on
    on_trunk = set(trunk)
    for box in range(len(rows)):
        if box in on_trunk:
            continue
        lane = ends.pop(above[box], None)
        if lane is None:
            lane = []
            members.append(lane)
        lane.append(box)
        ends[box] = lane
    return members


def _lanes(drawn: Diagram, rows: list[int], members: list[list[int]]) -> tuple[Lane, ...]:
    last_read = list(rows)
    for link in drawn.links:
        if link.source != ENTRY:
            last_read[link.source] = max(last_read[link.source], rows[link.target])
    read = {link.source for link in drawn.links}
    trunk_at = {rows[box]: box for box in members[0]}
    lanes = []
    for number, boxes in enumerate(members):
        if not boxes:  # what hands its input on has no trunk
            lanes.append(Lane((), 0, 0, 0))
            continue
        head = boxes[0]
        left = head < trunk_at.get(rows[head], -1) and not drawn.boxes[head].auxiliary
        side = 0 if number == 0 else -1 if left else 1
        last = max(last_read[box] for box in boxes)
        ends = len(boxes) == 1 and head not in read and not drawn.boxes[head].join
        lanes.append(Lane(tuple(boxes), rows[head], last, side, hangs=side > 0 and ends))
    return tuple(lanes)


def _skips(
    drawn: Diagram, rows: list[int], members: list[list[int]], lane_of: list[int]
) -> dict[Link, Lane]:
    """Return a lane for each link that passes over rows with boxes of its lane or the trunk's."""
    skips = {}
    for link in drawn.links:
        first = rows[link.source] + 1 if link.source != ENTRY else 0
        if rows[link.target] == first:
            continue
        lane = lane_of[link.source] if link.source != ENTRY else 0
        if lane > 0 and members[lane][-1] == link.source:
            continue  # it falls below the last box of its lane
        skips[link] = Lane((), first, rows[link.target])
    return skips
