"""Lines of a drawing as SVG's path data: upright and level, with round corners."""

from archc.picture.layout import Point

RADIUS = 7.0
TIP = 6.5
"""The length of an arrow's head."""


def tip(before: Point, end: Point) -> str:
    """Return an arrow's head; a marker would need an id, which is a page's to give."""
    back = toward(end, before, TIP)
    across = (end[1] - back[1]) / 2, (end[0] - back[0]) / 2
    left = back[0] - across[0], back[1] - across[1]
    right = back[0] + across[0], back[1] + across[1]
    return f"M{point(left)}L{point(end)}L{point(right)}z"


def rounded(points: list[Point]) -> str:
    """Return a path with round corners."""
    path = f"M{point(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        first, last = (toward(corner, other, RADIUS, most=0.5) for other in (before, after))
        path += f"L{point(first)}Q{point(corner)} {point(last)}"
    return f"{path}L{point(points[-1])}"


def toward(corner: Point, other: Point, by: float, most: float = 1.0) -> Point:
    """Return the point `by` units from a corner toward another, at most so much of the way."""
    distance = abs(other[0] - corner[0]) + abs(other[1] - corner[1])  # lines are upright or level
    share = min(by / distance, most)
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def point(at: Point) -> str:
    """Return both coordinates of a point."""
    return f"{number(at[0])} {number(at[1])}"


def number(value: float) -> str:
    """Return a coordinate to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")
