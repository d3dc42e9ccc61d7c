"""--verify: every number against torch's, every layer against a second opinion."""

import pytest
from graphs import SHIPPED, network, small, sound
from torch import nn

from archc.emit.emit import emit
from archc.measure import verify as module
from archc.measure.comparison import Mismatch
from archc.measure.verify import verify
from archc.module.live import load

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


UNSEEN = {"shufflenet_v2": {"kept"}}
"""Slices that a join alone reads."""
LONG = {"inception_v3"}  # at its smallest size


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long) if name in LONG else name
        for name in SHIPPED
        if "vgg" not in name
    ],
)
def test_shipped_specs_agree(name):
    graph = small(name)
    verdict = verify(graph)
    assert verdict.differences == ()
    assert verdict.shapes + len(verdict.unseen) == len(graph.nodes)
    assert {path.split(".")[-1] for path in verdict.unseen} == UNSEEN.get(name, set())


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


def test_one_output_that_is_not_the_last_node():
    layers = {
        "a": {"conv": 4, "kernel": 1},
        "b": {"conv": 2, "kernel": 1},
        "c": {"add": ["b", "b"]},
    }
    assert verify(network(layers, (3, 4, 4), outputs={"early": "a"})).differences == ()


LAYERS = [{"conv": 8, "kernel": 3, "padding": 1}, "relu", {"conv": 8, "kernel": 1}]


@pytest.mark.parametrize(
    ("real", "differences"),
    [
        (
            [{"conv": 8, "kernel": 3, "padding": 1, "bias": False}, *LAYERS[1:]],
            [
                Mismatch("0", "the number of parameters", "224", "216"),
                Mismatch(
                    "0",
                    "the state",
                    "{'weight': [8, 3, 3, 3], 'bias': [8]}",
                    "{'weight': [8, 3, 3, 3]}",
                ),
            ],
        ),
        (
            [*LAYERS[:2], {"conv": 8, "kernel": 1, "groups": 4}],
            [
                Mismatch("2", "the number of parameters", "72", "24"),
                Mismatch("2", "the number of MACs", "4,096", "1,024"),
                Mismatch("the network", "MACs in training", "17,920", "14,848"),
                Mismatch("2", "`groups`", "1", "4"),
                Mismatch(
                    "2",
                    "the state",
                    "{'weight': [8, 8, 1, 1], 'bias': [8]}",
                    "{'weight': [8, 2, 1, 1], 'bias': [8]}",
                ),
            ],
        ),
        (
            [*LAYERS[:2], {"conv": 8, "kernel": 1, "stride": 8}],
            [
                Mismatch("2", "the output", "8×8×8", "8×1×1"),
                Mismatch("2", "the number of MACs", "4,096", "64"),
                Mismatch("the network", "MACs in training", "17,920", "13,888"),
                Mismatch("2", "`stride`", "1", "8"),
            ],
        ),
    ],
)
def test_differences_name_the_layer(monkeypatch, real, differences):
    compiled = module.compile_graph(network(real, (3, 8, 8)))
    monkeypatch.setattr(module, "compile_graph", lambda graph: compiled)
    assert list(verify(network(LAYERS, (3, 8, 8))).differences) == differences


def test_a_difference_reads_well():
    difference = Mismatch("layer1.0.conv1", "the output", "64×56×56", "64×55×55")
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


# A module that has all of these numbers and is another network

WATCHED = {
    "conv": {"conv": 8, "kernel": 3, "padding": 1},
    "norm": {"batch_norm": None},
    "act": {"leaky_relu": 0.1},
    "mean": {"avg_pool": 3, "stride": 1, "padding": 1, "count_include_pad": False},
    "most": {"max_pool": 3, "stride": 1, "padding": 1},
    "drop": {"dropout": 0.3},
    "sum": {"add": ["drop", "act"]},
    "last": {"conv": 8, "kernel": 1},
}


def verdict_of(monkeypatch, corrupt, layers=WATCHED, **more):
    """Return what is said of a module that was corrupted after it was emitted."""
    graph = network(layers, (3, 8, 8), **more)
    compiled = module.compile_graph(graph)
    corrupt(compiled)
    monkeypatch.setattr(module, "compile_graph", lambda graph: compiled)
    return list(verify(graph).differences)


@pytest.mark.parametrize(
    ("layer", "setting", "ours", "theirs"),
    [
        ("norm", "momentum", 0.1, 0.2),
        ("norm", "eps", 1e-05, 0.001),
        ("act", "negative_slope", 0.1, 0.2),
        ("mean", "count_include_pad", False, True),
        ("mean", "divisor_override", None, 4),
        ("drop", "p", 0.3, 0.4),
        ("last", "padding_mode", "zeros", "circular"),
    ],
)
def test_a_setting_is_seen_that_changes_no_number(monkeypatch, layer, setting, ours, theirs):
    def corrupt(compiled):
        setattr(getattr(compiled, layer), setting, theirs)

    expected = Mismatch(layer, f"`{setting}`", str(ours), str(theirs))
    assert verdict_of(monkeypatch, corrupt) == [expected]


def test_a_pool_of_another_kernel_is_seen(monkeypatch):
    def corrupt(compiled):
        compiled.most = nn.MaxPool2d(5, stride=1, padding=2)

    said = [(d.layer, d.what, d.ours, d.theirs) for d in verdict_of(monkeypatch, corrupt)]
    assert said == [("most", "`kernel_size`", "3", "5"), ("most", "`padding`", "1", "2")]


def test_another_class_is_seen(monkeypatch):
    def corrupt(compiled):
        compiled.act = nn.SiLU()

    assert verdict_of(monkeypatch, corrupt) == [Mismatch("act", "the class", "LeakyReLU", "SiLU")]


def test_a_layer_that_computes_something_else_is_seen(monkeypatch):
    def corrupt(compiled):
        compiled.mean.forward = lambda x: x * 2

    layers = {(d.layer, d.what.partition(" of ")[2]) for d in verdict_of(monkeypatch, corrupt)}
    assert layers == {("mean", "the output, in evaluation,"), ("mean", "the output, in training,")}


@pytest.mark.parametrize(
    ("line", "wrong", "layer", "what"),
    [
        ("self.most(x)", "self.most(act)", "most", "what it reads"),
        ("x + act", "act + act", "last", "what it reads"),
        ("return self.last(x)", "return self.last(x) * 2", "the network", "the output"),
    ],
)
def test_another_wiring_is_seen(monkeypatch, line, wrong, layer, what):
    graph = network(WATCHED, (3, 8, 8))
    emitted = emit(graph)
    assert line in emitted.source
    defined = load(emitted.source.replace(line, wrong))
    monkeypatch.setattr(module, "compile_graph", lambda graph: defined.Network())
    places = {(d.layer, d.what.partition(" of ")[2].partition(",")[0]) for d in verify(graph)[0]}
    assert places == {(layer, what)}


def test_a_layer_that_is_called_twice_or_in_one_mode_is_seen(monkeypatch):
    layers = {"stem": {"conv": 4, "kernel": 1}, "act": "relu"}
    graph = network(layers, (3, 4, 4), auxiliary={"aux": {"from": "stem", "batch_norm": None}})
    emitted = emit(graph)
    line = "            aux = self.aux(stem)"
    assert line in emitted.source
    twice = load(emitted.source.replace(line, f"{line}\n{line}"))
    monkeypatch.setattr(module, "compile_graph", lambda graph: twice.Network())
    assert Mismatch("aux", "the number of calls, in training,", "1", "2") in verify(graph)[0]

    always = load(
        emitted.source.replace(
            "if self.training:\n            aux", "if x is not None:\n            aux"
        )
    )
    monkeypatch.setattr(module, "compile_graph", lambda graph: always.Network())
    assert list(verify(graph).differences) == [
        Mismatch("aux", "the number of calls, in evaluation,", "0", "1")
    ]


def test_weights_that_hide_a_difference_are_varied(monkeypatch):
    """What is filled with zeros gives zeros, whatever it reads."""
    layers = {"a": {"conv": 4, "kernel": 1}, "b": {"conv": 4, "kernel": 1, "from": "input"}}
    layers["c"] = {"conv": 2, "kernel": 1, "init": "zeros"}
    graph = network(layers, (3, 4, 4), outputs={"a": "a", "c": "c"})
    emitted = emit(graph)
    assert "self.c(b)" in emitted.source
    defined = load(emitted.source.replace("self.c(b)", "self.c(out)"))
    monkeypatch.setattr(module, "compile_graph", lambda graph: defined.Network())
    assert {difference.layer for difference in verify(graph).differences} == {"c"}


def test_one_named_output():
    layers = {"a": {"conv": 4, "kernel": 1}, "r": "relu"}
    verdict = verify(network(layers, (3, 4, 4), outputs={"features": "r"}))
    assert verdict.differences == ()
    assert (verdict.layers, verdict.unseen) == (2, ())


@pytest.mark.parametrize(
    "norm", [{"group_norm": 16}, {"batch_norm": None, "track_running_stats": False}]
)
def test_a_norm_that_torch_refuses_for_a_batch_of_one(norm):
    assert verify(network({"norm": norm}, (16,))).differences == ()
