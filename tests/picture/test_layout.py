from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from random_specs import spec

from archc.graph.graph import Graph
from archc.picture.boxes import diagram, levels
from archc.picture.lanes import structure
from archc.picture.layout import Layout, Placed, layout
from archc.pipeline import check

SPECS = Path(__file__).parents[2] / "specs"
ROUNDING = 1e-6  # of floats that were added in another order
NAMES = ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"]


def layouts(name: str) -> list[Layout]:
    graph = check(str(SPECS / f"{name}.yaml")).sound
    assert graph is not None
    return layouts_of(graph)


def layouts_of(graph: Graph) -> list[Layout]:
    """Return the layout of every diagram in a network, at every depth."""
    pending = [layout(diagram(graph, depth)) for depth in range(1, levels(graph) + 1)]
    found = []
    while pending:
        found.append(pending.pop())
        pending += [placed.inner for placed in found[-1].boxes if placed.inner is not None]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_shipped_specs_are_drawn_clear(name: str) -> None:
    for drawn in layouts(name):
        assert_boxes_lie_apart_and_within(drawn)
        assert_no_line_runs_through_a_box(drawn)


@settings(max_examples=25)
@given(spec())
def test_random_networks_are_drawn_clear(described: dict[str, Any]) -> None:
    graph = check(described).sound
    for drawn in layouts_of(graph) if graph else ():
        assert_boxes_lie_apart_and_within(drawn)
        assert_no_line_runs_through_a_box(drawn)


def test_a_join_beside_a_tall_open_block_is_entered_from_above() -> None:
    # The skip's lane ends in a row that a head makes tall, below the short box of its own.
    conv = {"conv": 4, "kernel": 1}
    head = {"n0": conv, "n1": {**conv, "from": "n0"}}
    described = {
        "archc": 1,
        "input": [4, 8, 8],
        "layers": {
            "n0": conv,
            "n1": {"add": ["n0", "n0"]},
            "n2": {**conv, "from": "n0"},
            "n3": conv,
            "n4": {"add": ["n0", "n3"]},
        },
        "auxiliary": {
            "aux": {"from": "n0", "layers": head},
            "aux2": {"from": "n3", "layers": {"n0": conv, "n1": conv}},
        },
    }
    graph = check(described).sound
    assert graph is not None
    for drawn in layouts_of(graph):
        assert_boxes_lie_apart_and_within(drawn)
        assert_no_line_runs_through_a_box(drawn)


def test_an_open_head_stretches_no_row_of_the_trunk() -> None:
    graph = check(str(SPECS / "googlenet.yaml")).sound
    assert graph is not None
    boxes = layout(diagram(graph, 2)).boxes
    trunk = [box for box in boxes if not box.box.auxiliary]
    gaps = {round(low.y - above.y - above.height, 6) for above, low in pairwise(trunk)}
    assert gaps == {24}
    first, second = (box for box in boxes if box.box.auxiliary)
    assert first.x == pytest.approx(second.x, abs=20)  # one below the other


def test_a_drawing_holds_a_head_that_is_taller_than_the_rest() -> None:
    head = {"from": "a", "layers": [{"conv": 4, "kernel": 1}, "sigmoid"] * 4}
    layers = {"a": {"conv": 4, "kernel": 1}, "b": "relu"}
    described = {"archc": 1, "input": [4, 8, 8], "layers": layers, "auxiliary": {"head": head}}
    graph = check(described).sound
    assert graph is not None
    drawn = layout(diagram(graph, 2))
    assert drawn.height == pytest.approx(max(box.y + box.height for box in drawn.boxes) + 24)


def test_a_network_that_hands_its_input_on_has_no_boxes() -> None:
    graph = check({"archc": 1, "input": [4], "layers": [{"relu": None, "if": False}]}).sound
    assert graph is not None
    assert [drawn.boxes for drawn in layouts_of(graph)] == [()]


def assert_boxes_lie_apart_and_within(drawn: Layout) -> None:
    for a, b in combinations(drawn.boxes, 2):
        beside = a.x + a.width <= b.x + ROUNDING or b.x + b.width <= a.x + ROUNDING
        assert beside or a.y + a.height <= b.y or b.y + b.height <= a.y
    for box in drawn.boxes:
        assert -drawn.left <= box.x + ROUNDING
        assert box.x + box.width <= drawn.right + ROUNDING
        assert box.y + box.height <= drawn.height


def assert_no_line_runs_through_a_box(drawn: Layout) -> None:
    for route in drawn.routes:
        for (x1, y1), (x2, y2) in pairwise(route.points):
            assert x1 == x2 or y1 == y2
            left, right, top, low = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
            assert not any(crossed(box, left, right, top, low) for box in drawn.boxes)


def crossed(box: Placed, left: float, right: float, top: float, low: float) -> bool:
    beside = right <= box.x or left >= box.x + box.width
    return not beside and not (low <= box.y or top >= box.y + box.height)


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet18", "resnet152"])
def test_the_trunk_is_one_line(name: str) -> None:
    graph = check(str(SPECS / f"{name}.yaml")).sound
    assert graph is not None
    assert {placed.trunk for placed in layout(diagram(graph, levels(graph))).boxes} == {0}


@settings(max_examples=25)
@given(spec())
def test_the_trunk_of_a_random_network_is_one_line(described: dict[str, Any]) -> None:
    graph = check(described).sound
    for depth in range(1, levels(graph) + 1) if graph else ():
        assert graph is not None
        drawn = diagram(graph, depth)
        placed = layout(drawn)
        lines = {route.points for route in placed.routes if len(route.points) == 2}
        for above, below in pairwise(placed.boxes[i] for i in structure(drawn).lanes[0].boxes):
            assert ((0, above.y + above.height), (0, below.y)) in lines
