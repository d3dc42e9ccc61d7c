import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from random_specs import spec

from archc.analyses.summary import summarise
from archc.graph.graph import Graph
from archc.picture.boxes import diagram
from archc.picture.page.data import data
from archc.picture.svg import WEIGHTS, fitting_depth
from archc.pipeline import check

SPECS = Path(__file__).parents[3] / "specs"
NAMES = ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"]


def shipped(name: str) -> Graph:
    graph = check(str(SPECS / f"{name}.yaml")).sound
    assert graph is not None
    return graph


def all_boxes(drawn: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for box in drawn["boxes"]:
        yield box
        if "inner" in box:
            yield from all_boxes(box["inner"])


def all_rows(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield row
        yield from all_rows(row.get("rows", []))


@pytest.mark.parametrize("name", NAMES)
def test_totals_and_rows_are_those_of_the_summary(name: str) -> None:
    graph = shipped(name)
    told, summary = data(graph, None, "params"), summarise(graph)
    assert told["totals"] == {**summary.totals._asdict(), **summary.memory._asdict()}
    layers = [row for row in all_rows(told["rows"]) if "rows" not in row]
    assert [(row["path"], row["params"], row["macs"]) for row in layers] == [
        (row.path, row.params, row.macs) for row in summary.layers
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_closed_boxes_cost_together_what_the_network_does(name: str, weight: str) -> None:
    told = data(shipped(name), None, weight)
    costs = [box["weights"][weight] for box in told["diagram"]["boxes"]]
    if weight == "params":
        assert sum(costs) == told["totals"]["params"]
    if weight == "macs":
        assert sum(costs) == told["totals"]["macs_training"]
    assert all(cost >= 0 for cost in costs)


def assert_every_row_has_a_box(graph: Graph) -> None:
    told = json.loads(json.dumps(data(graph, None, "params")))
    boxes, rows = list(all_boxes(told["diagram"])), list(all_rows(told["rows"]))
    assert [box["number"] for box in boxes] == list(range(len(boxes)))
    by_path = {row["path"]: row for row in rows}
    for box in boxes:
        assert by_path[box["path"]]["box"] == box["number"]
    numbers = {box["number"] for box in boxes}
    assert all(row["box"] in numbers for row in rows if "rows" not in row)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_a_shipped_spec_has_a_box(name: str) -> None:
    assert_every_row_has_a_box(shipped(name))


@settings(max_examples=50)
@given(spec())
def test_every_row_of_a_random_network_has_a_box(described: dict[str, Any]) -> None:
    graph = check(described).sound
    if graph is not None:
        assert_every_row_has_a_box(graph)


def test_rows_of_equal_blocks_have_the_box_that_is_drawn_for_them() -> None:
    rows = {row["path"]: row for row in all_rows(data(shipped("resnet152"), None, "macs")["rows"])}
    assert rows["layer3.1"]["box"] == rows["layer3.35"]["box"] != rows["layer3.0"]["box"]
    assert rows["layer3.7.conv2"]["box"] == rows["layer3.20.bn2"]["box"]


def test_a_row_has_its_input_and_output() -> None:
    rows = {row["path"]: row for row in all_rows(data(shipped("resnet18"), None, "macs")["rows"])}
    assert rows["layer2.0.sum"]["input"] == "128×28×28, 128×28×28"
    assert rows["layer2"]["input"] == "64×56×56"
    assert rows["layer2"]["shape"] == "128×28×28"
    assert (rows["layer2"]["field"], rows["layer2"]["stride"]) == ("99", "8")
    assert rows["fc"]["field"] == ""


def test_it_is_open_as_far_as_a_portrait_page_unless_set() -> None:
    graph = shipped("resnet18")
    assert data(graph, None, "params")["depth"] == fitting_depth(graph) > 1
    assert data(graph, 1, "params")["depth"] == 1


def test_equal_blocks_are_one_box_open_or_closed() -> None:
    graph = shipped("resnet152")
    for depth in (2, 3, 4):
        layer3 = next(box for box in diagram(graph, depth).boxes if box.title == "layer3")
        assert layer3.inner is not None
        first, others = layer3.inner.boxes
        assert (first.count, others.count, others.title) == (1, 35, "1–35")
        assert others.paths == tuple(f"layer3.{i}" for i in range(1, 36))
