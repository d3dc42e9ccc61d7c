"""Packed convolutions compute what they did, and are plain ones wherever oneDNN is not."""

from typing import Any

import onnx
import pytest
import torch
from floating import difference
from graphs import network, shipped
from optimising import BOUND, carried, outputs, plain_module, prepared, prepared_layers

from archc import passes
from archc.export.base.request import Request
from archc.export.onnx import encode

LAYERS: dict[str, Any] = {
    "stem": {"conv": 8, "kernel": [3, 5], "stride": [2, 1], "padding": [1, 2]},
    "relu": "relu",
    "wide": {"conv": 12, "kernel": 3, "dilation": 2, "groups": 4, "bias": False},
    "head": {"conv": 5, "kernel": 1},
    "last": "relu",
}


def refuse(*_: object) -> None:
    raise RuntimeError("not in this build")


def test_every_setting_of_a_convolution_is_packed() -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), "pack_convolutions")
    x = torch.randn(2, 3, 17, 19)
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND
    assert all(layer._prepared is not None for layer in prepared_layers(module))


@pytest.mark.filterwarnings("ignore:TF32")
def test_without_onednn_it_is_a_convolution_and_a_relu() -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), "pack_convolutions")
    x = torch.randn(1, 3, 17, 19)
    with torch.backends.mkldnn.flags(enabled=False):
        assert difference(outputs(plain, x), outputs(module, x)) == 0
    assert all(layer._prepared is None for layer in prepared_layers(module))


@pytest.mark.parametrize("lost", ["_reorder_convolution_weight", "_convolution_pointwise"])
def test_a_torch_without_the_operations_is_noticed(
    lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, module = prepared(network([{"conv": 4, "kernel": 3}], (3, 8, 8)), "pack_convolutions")
    defined = prepared_layers(module)[0].takes.__func__.__globals__
    assert defined["packs_kernels"]() is torch.backends.mkldnn.is_available()
    monkeypatch.setattr(torch.ops.mkldnn, lost, refuse)
    assert defined["packs_kernels"]() is False
    monkeypatch.setitem(defined, "PACKS", False)
    outputs(module, torch.randn(1, 3, 8, 8))
    assert prepared_layers(module)[0]._prepared is None


RESIDUAL: dict[str, Any] = {
    **LAYERS,
    "beside": {"conv": 5, "kernel": 3, "padding": 1},
    "sum": {"add": ["beside", "last"]},
    "pool": {"adaptive_avg_pool": 1},
    "flat": "flatten",
    "out": {"linear": 3},
}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("residual", "pack_convolutions"),
        ("residual", "inference"),
        pytest.param("resnet18", "pack_convolutions", marks=pytest.mark.long),
        pytest.param("googlenet", "inference", marks=pytest.mark.long),
    ],
)
def test_torch_exports_a_packed_network_as_a_plain_one(name: str, what: str) -> None:
    graph = network(RESIDUAL, (3, 64, 64)) if name == "residual" else shipped(name)
    optimised = passes.optimise(graph, what)
    assert "pack_convolutions" in {change.name for change in optimised.changes}
    module = carried(optimised, plain_module(graph))
    x = torch.randn(1, 3, 64, 64)
    whole = torch.compile(module, fullgraph=True, backend="eager")
    assert difference(outputs(module, x), outputs(whole, x)) <= BOUND
    with torch.no_grad():
        program = torch.export.export(module, (x,))
    assert not [node for node in program.graph.nodes if "mkldnn" in str(node.target)]
    assert difference(outputs(module, x), outputs(program.module(), x)) <= BOUND


def test_a_packed_network_goes_to_onnx_as_a_plain_one() -> None:
    graph = network(LAYERS, (3, 17, 19))
    optimised = passes.optimise(graph, "pack_convolutions")
    data = encode(Request(optimised.graph, carried(optimised, plain_module(graph))))
    kinds = [node.op_type for node in onnx.load_from_string(data).graph.node]
    assert kinds.count("Conv") == 3
    assert kinds.count("Relu") == 2
