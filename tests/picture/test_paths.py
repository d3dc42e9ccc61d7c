import re

from archc.picture.paths import RADIUS, TIP, rounded, tip, toward


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_a_straight_line_has_no_corner() -> None:
    assert rounded([(0, 0), (0, 24)]) == "M0 0L0 24"


def test_a_corner_is_round_by_the_radius_or_by_half_of_a_short_line() -> None:
    assert (
        rounded([(0, 0), (0, 20), (40, 20)]) == f"M0 0L0 {20 - RADIUS:g}Q0 20 {RADIUS:g} 20L40 20"
    )
    assert rounded([(0, 0), (0, 6), (40, 6)]) == f"M0 0L0 3Q0 6 {RADIUS:g} 6L40 6"


def test_a_head_ends_where_its_line_does_and_points_along_it() -> None:
    for before, end in (((0, 0), (0, 30)), ((30, 5), (10, 5))):
        left, point, right = points(tip(before, end))
        assert point == end
        back = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
        assert back == toward(end, before, TIP)
        assert left != right


def test_a_head_is_no_longer_than_its_line() -> None:
    left, _, right = points(tip((0, 0), (0, 4)))
    assert left[1] == right[1] == 0
