from typing import Any

from archc.picture.boxes import ENTRY, diagram
from archc.picture.lanes import Structure, structure
from archc.pipeline import check

CONV = {"conv": 4, "kernel": 1}


def structure_of(layers: dict[str, Any], **more: Any) -> Structure:
    graph = check({"archc": 1, "input": [4, 8, 8], "layers": layers, **more}).sound
    assert graph is not None
    return structure(diagram(graph, 1))


def test_a_chain_is_one_lane() -> None:
    found = structure_of({"a": CONV, "b": {"conv": 2, "kernel": 1}, "c": CONV})
    assert found.rows == (0, 1, 2)
    assert [lane.boxes for lane in found.lanes] == [(0, 1, 2)]
    assert found.skips == {}


def test_a_residual_is_a_skip_from_the_row_below_its_beginning() -> None:
    found = structure_of({"a": CONV, "b": CONV, "c": {"add": ["a", "b"]}})
    assert found.lane_of == (0, 0, 0)
    [(link, lane)] = found.skips.items()
    assert (link.source, link.target, lane.first, lane.last) == (0, 2, 1, 2)


def test_a_shortcut_of_the_input_begins_at_the_entry() -> None:
    found = structure_of({"a": CONV, "b": {"add": ["input", "a"]}})
    [(link, lane)] = found.skips.items()
    assert (link.source, lane.first, lane.last) == (ENTRY, 0, 1)


def test_a_branch_has_a_lane_beside_the_trunk() -> None:
    found = structure_of(
        {
            "a": CONV,
            "long": CONV,
            "longer": {"conv": 4, "kernel": 3, "padding": 1},
            "short": {**CONV, "from": "a"},
            "join": {"add": ["longer", "short"]},
        }
    )
    trunk, branch = found.lanes
    assert trunk.boxes == (0, 1, 2, 4)
    assert (branch.boxes, branch.side, branch.first, branch.last) == ((3,), 1, 1, 3)


def test_what_is_declared_before_the_trunk_is_left_of_it() -> None:
    found = structure_of(
        {
            "a": CONV,
            "short": {**CONV, "from": "a"},
            "long": {**CONV, "from": "a"},
            "longer": {"conv": 4, "kernel": 3, "padding": 1},
            "join": {"add": ["short", "longer"]},
        }
    )
    assert [(lane.boxes, lane.side) for lane in found.lanes] == [((0, 2, 3, 4), 0), ((1,), -1)]


def test_a_head_hangs_beside_the_trunk_and_what_is_read_does_not() -> None:
    layers: dict[str, Any] = {"a": CONV, "b": CONV, "c": CONV, "d": {"add": ["a", "c"]}}
    head = {"from": "a", "layers": {"pool": {"avg_pool": 2}, "out": CONV}}
    layers |= {"side": {**CONV, "from": "a"}, "e": {"add": ["d", "side"]}}
    found = structure_of(layers, auxiliary={"head": head})
    trunk, side, hanging = found.lanes
    assert (trunk.hangs, side.hangs, hanging.hangs) == (False, False, True)
    assert (hanging.first, hanging.last, hanging.side) == (1, 1, 1)
