"""The summary as data: rows, their labels, and the JSON object."""

import json

import pytest
from graphs import SHIPPED, SPECS, network, shipped, sound

from archc.analyses.summary import report


def leaves(name):
    return report(shipped(name)).layers


def labels(layers, **more):
    return [row.label for row in report(network(layers, **more)).layers]


# Rows


@pytest.mark.parametrize("name", SHIPPED)
def test_scopes_sum_what_they_hold_up_to_the_totals(name):
    summary = report(shipped(name))

    def hold(rows):
        for row in rows:
            if row.rows is not None:
                assert row.params == sum(inner.params for inner in row.rows)
                assert row.macs == sum(inner.macs for inner in row.rows)
                assert row.output_shape == row.rows[-1].output_shape
                hold(row.rows)

    hold(summary.rows)
    main = [row for row in summary.rows if not row.auxiliary]
    assert sum(row.params for row in summary.rows) == summary.totals.params
    assert sum(row.macs for row in main) == summary.totals.macs
    assert sum(row.macs for row in summary.rows) == summary.totals.macs_training


def test_rows_are_found_by_path():
    summary = report(shipped("resnet18"))
    conv = summary["layer2.0.conv1"]
    assert (conv.name, conv.path, conv.op) == ("conv1", "layer2.0.conv1", "conv")
    assert (conv.output_shape, conv.params) == ((128, 28, 28), 128 * 64 * 9)
    assert (conv.receptive_field, conv.jump) == ((51, 51), (8, 8))
    block = summary["layer2.0"]
    assert (block.op, block.params) == ("basic_block", 230_144)
    assert conv in block.rows
    with pytest.raises(KeyError):
        summary["layer2.0.conv9"]


def test_the_line_is_the_specs():
    text = "archc: 1\ninput: [1, 8, 8]\nlayers:\n  a: relu\n  b:\n    layers: [tanh]\n"
    summary = report(sound(text))
    assert [summary[path].line for path in ("a", "b", "b.0")] == [4, 5, 6]


# Labels


def test_settings_as_a_spec_writes_them():
    layers = [
        {"conv": 64, "kernel": 7, "stride": 2, "padding": 3},
        {"conv": 8, "kernel": [1, 7], "padding": "same", "bias": False},
        {"max_pool": [3, 2], "stride": [3, 3]},
        "relu",
        {"batch_norm": None, "eps": 0.001},
        {"dropout": 0.5},
        {"adaptive_avg_pool": 1},
    ]
    assert labels(layers) == [
        "conv 64 · kernel 7 · stride 2 · padding 3",
        "conv 8 · kernel [1, 7] · padding same · bias false",
        "max_pool [3, 2] · stride 3",
        "relu",
        "batch_norm · eps 0.001",
        "dropout 0.5",
        "adaptive_avg_pool 1",
    ]


def test_joins_name_what_they_read():
    assert (
        labels({"a": "relu", "b": "tanh", "sum": {"add": ["input", "a"]}})[-1] == "add [input, a]"
    )
    block = {"layers": {"act": "relu", "sum": {"add": ["act", "input"]}}}
    assert labels([{"b": None}], blocks={"b": block})[-1] == "add [act, input]"
    assert report(shipped("resnet18"))["layer2.0.sum"].label == "add [bn2, downsample]"
    branches = {"branches": {"left": "relu", "right": {"layers": ["tanh"]}}, "join": "concat"}
    assert labels([branches])[-1] == "concat [left, right]"


def test_what_does_not_read_the_one_before_says_so():
    assert (
        labels({"a": "relu", "b": "tanh", "c": {"relu": None, "from": "a"}})[-1] == "relu · from a"
    )
    branches = {"branches": [{"relu": None}, {"tanh": None}], "join": "add"}
    assert labels([branches])[:2] == ["relu", "tanh"]
    assert report(shipped("resnet18"))["layer2.0.downsample"].label == "from input"
    assert report(shipped("googlenet"))["aux1"].label == "aux_head 1000 · from inception4a"


def test_blocks_with_their_arguments():
    summary = report(shipped("resnet18"))
    assert summary["layer2.0"].label == "basic_block 128 · stride 2"
    assert summary["layer2.1"].label == "basic_block 128"
    assert summary["layer2"].label == ""
    inception = report(shipped("googlenet"))["inception3a"]
    assert inception.label == "inception 64, 96, 128, 16, 32, 32"


# JSON

LAYER = {
    "name": str,
    "op": str,
    "scope": str,
    "line": int,
    "output_shape": list,
    "params": int,
    "macs": int,
    "receptive_field": (int, list, str),
    "jump": (int, float, list, type(None)),
}
WHOLE = {
    "version": int,
    "name": str,
    "input": list,
    "outputs": dict,
    "params": int,
    "trainable_params": int,
    "buffers": int,
    "macs": int,
    "macs_training": int,
    "memory": dict,
    "layers": list,
}


@pytest.mark.parametrize("name", SHIPPED)
def test_schema(name):
    graph = shipped(name)
    whole = json.loads(json.dumps(report(graph).to_json()))
    hold_types(whole, WHOLE)
    assert whole["version"] == 1
    assert list(whole["memory"]) == ["weights", "inference", "training", "batch"]
    assert len(whole["layers"]) == len(graph.nodes)
    for layer, node in zip(whole["layers"], graph.nodes, strict=True):
        auxiliary = layer.pop("auxiliary", None)
        assert auxiliary is (True if node in graph.auxiliary else None)
        hold_types(layer, LAYER)
        assert layer["name"] == node.path
        assert layer["scope"] == (node.scope.path if node.scope else "")
        assert layer["output_shape"] == list(node.shape)
        assert (layer["receptive_field"] == "global") == (layer["jump"] is None)


def hold_types(found, schema):
    assert list(found) == list(schema)
    for key, kind in schema.items():
        assert isinstance(found[key], kind), key
        assert not isinstance(found[key], bool), key


def layer(layers, **more):
    return report(network(layers, **more)).to_json()["layers"][-1]


def test_a_layer_exactly():
    assert report(shipped("resnet18")).to_json()["layers"][0] == {
        "name": "conv1",
        "op": "conv",
        "scope": "",
        "line": 25,
        "output_shape": [64, 112, 112],
        "params": 9408,
        "macs": 118_013_952,
        "receptive_field": 7,
        "jump": 2,
    }


def test_receptive_fields_are_a_number_a_pair_or_global():
    square = layer([{"conv": 1, "kernel": 3, "stride": 2}])
    assert (square["receptive_field"], square["jump"]) == (3, 2)
    oblong = layer([{"conv": 1, "kernel": [1, 7], "stride": [1, 2]}])
    assert (oblong["receptive_field"], oblong["jump"]) == ([1, 7], [1, 2])
    everything = layer(["flatten", {"linear": 2}])
    assert (everything["receptive_field"], everything["jump"]) == ("global", None)
    enlarged = layer([{"upsample": 2}])
    assert (enlarged["receptive_field"], enlarged["jump"]) == (1, 0.5)
    back = layer([{"upsample": 2}, {"max_pool": 2}])
    assert json.dumps(back["jump"]) == "1"


def test_outputs_by_name():
    layers = {"a": {"conv": 4, "kernel": 1}, "b": {"max_pool": 2}}
    assert report(network(layers)).to_json()["outputs"] == {"output": [4, 32, 32]}
    named = network(layers, outputs={"early": "a", "late": "b"})
    assert report(named).to_json()["outputs"] == {"early": [4, 64, 64], "late": [4, 32, 32]}


def test_every_field_is_documented():
    page = (SPECS.parent / "docs" / "summary.md").read_text("utf-8")
    memory = [f"memory.{name}" for name in report(shipped("lenet5")).to_json()["memory"]]
    fields = [*(name for name in WHOLE if name != "memory"), *memory, *LAYER, "auxiliary"]
    assert [field for field in fields if f"| `{field}` |" not in page] == []
