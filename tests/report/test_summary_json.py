"""The JSON object of a summary."""

import json

import pytest
from graphs import SHIPPED, SPECS, network, shipped

from archc.analyses.summary import summarise
from archc.report.summary_json import summary_json


def as_json(graph):
    return summary_json(summarise(graph))


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
    whole = json.loads(json.dumps(as_json(graph)))
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
    return as_json(network(layers, **more))["layers"][-1]


def test_a_layer_exactly():
    assert as_json(shipped("resnet18"))["layers"][0] == {
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
    assert as_json(network(layers))["outputs"] == {"output": [4, 32, 32]}
    named = network(layers, outputs={"early": "a", "late": "b"})
    assert as_json(named)["outputs"] == {"early": [4, 64, 64], "late": [4, 32, 32]}


def test_every_field_is_documented():
    page = (SPECS.parent / "docs" / "summary.md").read_text("utf-8")
    memory = [f"memory.{name}" for name in as_json(shipped("lenet5"))["memory"]]
    fields = [*(name for name in WHOLE if name != "memory"), *memory, *LAYER, "auxiliary"]
    assert [field for field in fields if f"| `{field}` |" not in page] == []
