from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from random_specs import spec

from archc.analyses.inplace import inplace
from archc.analyses.memory import kept
from archc.analyses.summary import summarise
from archc.graph.graph import Graph
from archc.picture.boxes import ENTRY, Box, Diagram, deepest, diagram, levels
from archc.pipeline import check

SPECS = Path(__file__).parents[2] / "specs"


def graph(name: str) -> Graph:
    found = check(str(SPECS / f"{name}.yaml")).sound
    assert found is not None
    return found


def told(box: Box) -> str:
    return " ".join(filter(None, (box.title, box.label, box.suffix)))


def links(drawn: Diagram) -> set[tuple[int, int]]:
    return {(link.source, link.target) for link in drawn.links}


def test_lenet5_is_a_chain_of_eight_boxes() -> None:
    drawn = diagram(graph("lenet5"), 1)
    assert [told(box) for box in drawn.boxes] == [
        "conv1 conv 5×5, 6",
        "pool1 max_pool 2×2",
        "conv2 conv 5×5, 16",
        "pool2 max_pool 2×2",
        "flatten",
        "fc1 linear 120 +ReLU",
        "fc2 linear 84 +ReLU",
        "out linear 10",
    ]
    assert links(drawn) == {(i - 1, i) for i in range(8)}


def test_resnet18_folds_equal_blocks_and_keeps_each_skip() -> None:
    drawn = diagram(graph("resnet18"), 3)
    assert [told(box) for box in drawn.boxes] == [
        "conv1 conv 7×7/2, 64 +BN +ReLU",
        "maxpool max_pool 3×3/2",
        "layer1 basic_block × 2",
        "layer2 basic_block × 2",
        "layer3 basic_block × 2",
        "layer4 basic_block × 2",
        "avgpool adaptive_avg_pool 1",
        "flatten",
        "fc linear 1000",
    ]
    same, different = drawn.boxes[2].inner, drawn.boxes[3].inner
    assert same is not None
    assert different is not None
    assert [(box.title, box.count) for box in same.boxes] == [("0–1", 2)]
    assert [(box.title, box.count) for box in different.boxes] == [("0", 1), ("1", 1)]
    identity, projected = same.boxes[0].inner, different.boxes[0].inner
    assert identity is not None
    assert projected is not None
    assert [told(box) for box in identity.boxes] == [
        "conv1 conv 3×3, 64 +BN +ReLU",
        "conv2 conv 3×3, 64 +BN",
        "+ → ReLU",
    ]
    assert links(identity) == {(ENTRY, 0), (0, 1), (1, 2), (ENTRY, 2)}
    assert told(projected.boxes[2]) == "downsample conv 1×1/2, 128 +BN"
    assert links(projected) == {(ENTRY, 0), (0, 1), (ENTRY, 2), (1, 3), (2, 3)}


def test_googlenet_has_branches_that_are_joined_and_heads_aside() -> None:
    drawn = diagram(graph("googlenet"), 2)
    trunk = [
        "conv1 conv 7×7/2, 64 +BN +ReLU",
        "maxpool1 max_pool 3×3/2",
        "conv2 conv 1×1, 64 +BN +ReLU",
        "conv3 conv 3×3, 192 +BN +ReLU",
        "maxpool2 max_pool 3×3/2",
        "inception3a inception 64, 96, 128, 16, 32, 32",
        "inception3b inception 128, 128, 192, 32, 96, 64",
        "maxpool3 max_pool 3×3/2",
        "inception4a inception 192, 96, 208, 16, 48, 64",
        "inception4b inception 160, 112, 224, 24, 64, 64",
        "inception4c inception 128, 128, 256, 24, 64, 64",
        "inception4d inception 112, 144, 288, 32, 64, 64",
        "inception4e inception 256, 160, 320, 32, 128, 128",
        "maxpool4 max_pool 2×2",
        "inception5a inception 256, 160, 320, 32, 128, 128",
        "inception5b inception 384, 192, 384, 48, 128, 128",
        "avgpool adaptive_avg_pool 1",
        "flatten",
        "dropout 0.2",
        "fc linear 1000",
    ]
    heads = ["aux1 aux_head 1000", "aux2 aux_head 1000"]
    assert sorted(map(told, drawn.boxes)) == sorted([*trunk, *heads])
    assert [told(box) for box in drawn.boxes if not box.auxiliary] == trunk
    ways = {(told(drawn.boxes[s]), told(drawn.boxes[t])) for s, t in links(drawn) if s != ENTRY}
    assert ways == {*pairwise(trunk), (trunk[8], heads[0]), (trunk[11], heads[1])}

    inception = drawn.boxes[5].inner
    assert inception is not None
    assert [told(box) for box in inception.boxes] == [
        "branch1 conv 1×1, 64 +BN +ReLU",
        "branch2 conv_bn × 2",
        "branch3 conv_bn × 2",
        "branch4 4 layers",
        "concat",
    ]
    assert links(inception) == {(ENTRY, i) for i in range(4)} | {(i, 4) for i in range(4)}


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"])
def test_boxes_add_up_to_the_network_at_every_depth(name: str) -> None:
    assert_boxes_add_up(graph(name))


@settings(max_examples=100)
@given(spec())
def test_boxes_of_any_network_add_up(text: dict[str, Any]) -> None:
    if (found := check(text).sound) is not None:
        assert_boxes_add_up(found)


def assert_boxes_add_up(network: Graph) -> None:
    summary = summarise(network)
    used = summary.memory
    of_input = kept(network, inplace(network)).get(network.input, 0)
    for depth in range(1, levels(network) + 1):
        drawn = diagram(network, depth)
        assert closed(drawn, "params") == summary.totals.params
        assert closed(drawn, "macs") == summary.totals.macs_training
        assert closed(drawn, "memory") == used.weights + used.training - of_input


def closed(drawn: Diagram, weight: str) -> int:
    """Return the sum over the boxes that are drawn closed, of folded blocks all."""
    inner = ((box, box.inner) for box in drawn.boxes)
    return sum(
        getattr(box, weight) if held is None else box.count * closed(held, weight)
        for box, held in inner
    )


def test_what_holds_one_box_is_no_deeper_than_it() -> None:
    network = graph("googlenet")  # a conv_bn in a branch in an inception is one box
    whole = diagram(network, levels(network))
    assert deepest(whole) == 3 < levels(network)
    assert diagram(network, 3) == whole != diagram(network, 2)


def test_copies_that_are_one_box_each_are_drawn_once() -> None:
    text = """
archc: 1
input: [4, 8, 8]
layers:
  stack: {repeat: 5, layers: [{conv: 4, kernel: 3, padding: 1}, relu]}
"""
    found = check(text).sound
    assert found is not None
    (stack,) = diagram(found, 3).boxes
    assert stack.inner is not None
    (copies,) = stack.inner.boxes
    assert (told(copies), copies.count) == ("0–4 conv 3×3, 4 +ReLU", 5)
    assert copies.params == 5 * (4 * 4 * 9 + 4)


def test_a_value_that_two_read_is_not_fused_away() -> None:
    text = """
archc: 1
input: [3, 8, 8]
layers:
  a: {conv: 3, kernel: 3, padding: 1}
  b: relu
  c: {add: [a, b]}
"""
    found = check(text).sound
    assert found is not None
    drawn = diagram(found, 1)
    assert [told(box) for box in drawn.boxes] == ["a conv 3×3, 3", "b relu", "+"]
    assert links(drawn) == {(ENTRY, 0), (0, 1), (0, 2), (1, 2)}
