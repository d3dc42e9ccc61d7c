"""--verify: every number against torch's, and a difference in any of them is told."""

import pytest
from graphs import SHIPPED, network, shipped, sound

from archc.backends import verify as module
from archc.backends.verify import Difference, verify

SE = {
    "stem": {"conv": 8, "kernel": 3, "padding": 1},
    "pool": {"adaptive_avg_pool": 1},
    "gate": {"conv": 8, "kernel": 1},
    "open": "sigmoid",
    "scaled": {"multiply": ["stem", "open"]},
    "sum": {"add": ["stem", "scaled"]},
    "both": {"concat": ["sum", "stem"]},
    "out": {"conv": 4, "kernel": 1},
}


@pytest.mark.parametrize("name", [n for n in SHIPPED if "vgg" not in n])
def test_shipped_specs_agree(name):
    graph = shipped(name)
    verdict = verify(graph)
    assert verdict.differences == ()
    assert verdict.shapes == len(graph.nodes)
    assert verdict.unseen == ()


def test_what_cannot_be_compared_is_said():
    verdict = verify(network(SE, (3, 8, 8)))
    assert verdict.differences == ()
    # `both` is what `out` receives; `scaled` and `sum` are received by operations alone.
    assert verdict.unseen == ("scaled", "sum")
    assert (verdict.layers, verdict.shapes) == (5, 6)
    assert "not compared: `scaled`, `sum`" in str(verdict)


def test_a_network_of_one_vector():
    assert verify(network([{"linear": 4}, "batch_norm", "relu"], (6,))).differences == ()


def test_several_outputs_and_heads():
    layers = {"a": {"conv": 4, "kernel": 1}, "b": {"conv": 2, "kernel": 1}}
    head = {"from": "a", "layers": ["flatten", {"linear": 3}]}
    outputs = {"early": "a", "late": "b"}
    verdict = verify(network(layers, (3, 4, 4), auxiliary={"aux": head}, outputs=outputs))
    assert verdict.differences == ()
    assert verdict.layers == 4


LAYERS = [{"conv": 8, "kernel": 3, "padding": 1}, "relu", {"conv": 8, "kernel": 1}]


@pytest.mark.parametrize(
    ("real", "differences"),
    [
        (
            [{"conv": 8, "kernel": 3, "padding": 1, "bias": False}, *LAYERS[1:]],
            [Difference("0", "the number of parameters", "224", "216")],
        ),
        (
            [*LAYERS[:2], {"conv": 8, "kernel": 1, "groups": 4}],
            [
                Difference("2", "the number of parameters", "72", "24"),
                Difference("2", "the number of MACs", "4,096", "1,024"),
                Difference("the network", "MACs in training", "17,920", "14,848"),
            ],
        ),
        (
            [*LAYERS[:2], {"conv": 8, "kernel": 1, "stride": 8}],
            [
                Difference("2", "the output", "8×8×8", "8×1×1"),
                Difference("2", "the number of MACs", "4,096", "64"),
                Difference("the network", "MACs in training", "17,920", "13,888"),
            ],
        ),
    ],
)
def test_differences_name_the_layer(monkeypatch, real, differences):
    compiled = module.compile_graph(network(real, (3, 8, 8)))
    monkeypatch.setattr(module, "compile_graph", lambda graph: compiled)
    assert list(verify(network(LAYERS, (3, 8, 8))).differences) == differences


def test_a_difference_reads_well():
    difference = Difference("layer1.0.conv1", "the output", "64×56×56", "64×55×55")
    expected = "`layer1.0.conv1`: the output is 64×56×56 here, 64×55×55 in torch"
    assert str(difference) == expected


def test_blocks_used_in_each_other():
    text = """
archc: 1
input: [4, 8, 8]
blocks:
  inner: {layers: {conv: {conv: 4, kernel: 3, padding: 1}, sum: {add: [conv, input]}}}
  outer: {layers: {a: inner, b: {inner: , repeat: 2}, sum: {add: [a, b]}}}
layers: [outer, outer]
"""
    verdict = verify(sound(text))
    assert verdict.differences == ()
    assert verdict.unseen == ()


def test_one_named_output():
    layers = {"a": {"conv": 4, "kernel": 1}, "r": "relu"}
    verdict = verify(network(layers, (3, 4, 4), outputs={"features": "r"}))
    assert verdict.differences == ()
    assert (verdict.layers, verdict.unseen) == (2, ())
