"""Packed convolutions compute what they did, and are plain ones wherever oneDNN is not."""

import copy
import pickle
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from graphs import network, shipped
from hypothesis import HealthCheck, assume, event, given, settings
from optimising import BOUND, carried, difference, outputs, plain_module
from random_specs import spec as random_spec
from torch import nn

from archc import passes
from archc.backends.export.base.request import Request
from archc.backends.export.onnx import encode
from archc.graph.graph import Graph
from archc.pipeline import check

LAYERS: dict[str, Any] = {
    "stem": {"conv": 8, "kernel": [3, 5], "stride": [2, 1], "padding": [1, 2]},
    "relu": "relu",
    "wide": {"conv": 12, "kernel": 3, "dilation": 2, "groups": 4, "bias": False},
    "head": {"conv": 5, "kernel": 1},
    "last": "relu",
}


def packed(graph: Graph) -> tuple[nn.Module, nn.Module]:
    """The plain module and the packed one with the same weights."""
    plain = plain_module(graph)
    return plain, carried(passes.optimise(graph, "pack_convolutions"), plain)


def of(module: nn.Module) -> list[Any]:
    found: list[Any] = [m for m in module.modules() if type(m).__name__ == "PackedConv2d"]
    assert found
    return found


def refuse(*_: object) -> None:
    raise RuntimeError("not in this build")


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_packed_convolutions_give_what_plain_ones_do(
    batch: int, layout: torch.memory_format
) -> None:
    plain, module = packed(network(LAYERS, (3, 17, 19)))
    x = torch.randn(batch, 3, 17, 19).to(memory_format=layout)
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND
    assert all(layer._packed is not None for layer in of(module))
    other = torch.randn(2, 3, 23, 18)  # packed for a map of another size
    assert difference(outputs(plain, other), outputs(module, other)) <= BOUND


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(spec=random_spec())
def test_packing_adds_no_error_to_random_networks_in_float32(spec: dict[str, Any]) -> None:
    graph = check(spec).sound
    assume(graph is not None)
    assert graph is not None
    plain, module = packed(graph)
    event(f"packed: {any(type(m).__name__ == 'PackedConv2d' for m in module.modules())}")
    x = torch.randn(2, *(graph.input.shape or ()))
    expected, found = outputs(plain, x), outputs(module, x)
    truth = [value.float() for value in outputs(plain.double(), x.double())]
    assume(all(value.isfinite().all() for value in truth))
    assert difference(truth, found) <= max(BOUND, 4 * difference(truth, expected))


def test_a_relu_goes_into_the_convolution_that_it_alone_reads() -> None:
    optimised = passes.optimise(network(LAYERS, (3, 17, 19)), "pack_convolutions")
    assert [node.name for node in optimised.graph.nodes] == ["stem", "wide", "head"]
    change = (
        "pack_convolutions: 3 convolutions packed, 2 with the ReLU behind: "
        "stem + relu, wide, head + last"
    )
    assert str(optimised.changes[0]) == change


@pytest.mark.parametrize(
    "more", [{"outputs": {"raw": "conv", "cut": "relu"}}, {"outputs": {"sum": "add"}}]
)
def test_a_relu_stays_where_something_else_reads_the_convolution(more: dict[str, Any]) -> None:
    layers = {"conv": {"conv": 3, "kernel": 1}, "relu": "relu", "add": {"add": ["conv", "relu"]}}
    if "raw" in more["outputs"]:
        del layers["add"]
    graph = network(layers, (3, 4, 4), **more)
    optimised = passes.optimise(graph, "pack_convolutions")
    assert "relu" in [node.name for node in optimised.graph.nodes]
    plain = plain_module(graph)
    x = torch.randn(2, 3, 4, 4)
    assert difference(outputs(plain, x), outputs(carried(optimised, plain), x)) <= BOUND


@pytest.mark.parametrize("other", [{"padding_mode": "reflect", "padding": 1}, {"padding": "same"}])
def test_a_convolution_that_onednn_does_not_pad_stays(other: dict[str, Any]) -> None:
    graph = network([{"conv": 4, "kernel": 2, **other}], (3, 8, 8))
    assert not passes.optimise(graph, "pack_convolutions").changes


def test_a_batch_norm_does_not_fold_through_the_relu_of_a_packed_convolution() -> None:
    layers = [{"conv": 4, "kernel": 1}, "relu", "batch_norm"]
    graph = network(layers, (3, 5, 5))
    optimised = passes.optimise(graph, ["pack_convolutions", "fold_batch_norm"])
    assert [change.name for change in optimised.changes] == ["pack_convolutions"]


def test_kernels_are_packed_again_when_they_have_changed() -> None:
    plain, module = packed(network([{"conv": 4, "kernel": 3}], (3, 8, 8)))
    x = torch.randn(1, 3, 8, 8)
    outputs(module, x)
    with torch.no_grad():
        for one in (plain, module):
            next(one.parameters()).mul_(3)
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND
    module.load_state_dict({key: -value for key, value in plain.state_dict().items()})
    plain.load_state_dict(module.state_dict())
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND


@pytest.mark.filterwarnings("ignore:TF32")
def test_everywhere_else_it_is_a_convolution_and_a_relu() -> None:
    plain, module = packed(network(LAYERS, (3, 17, 19)))
    x = torch.randn(1, 3, 17, 19)
    with torch.backends.mkldnn.flags(enabled=False):
        assert difference(outputs(plain, x), outputs(module, x)) == 0
    given = module(x)
    assert torch.equal(plain(x), given)
    given.sum().backward()
    assert all(weight.grad is not None for weight in module.parameters())
    plain, module, x = plain.double(), module.double(), x.double()
    assert difference(outputs(plain, x), outputs(module, x)) == 0
    assert all(layer._packed is None for layer in of(module))


@pytest.mark.parametrize("shape", [(3, 17, 19), (0, 3, 17, 19)])
def test_one_sample_without_a_batch_and_none_at_all_are_taken(shape: tuple[int, ...]) -> None:
    plain, module = packed(network(LAYERS, (3, 17, 19)))
    x = torch.randn(shape)
    assert difference(outputs(plain, x), outputs(module, x)) == 0
    assert all(layer._packed is None for layer in of(module))


def test_kernels_made_in_inference_mode_are_not_packed() -> None:
    with torch.inference_mode():
        plain, module = packed(network(LAYERS, (3, 17, 19)))
        x = torch.randn(1, 3, 17, 19)
        assert difference(outputs(plain, x), outputs(module, x)) == 0


def test_the_relu_is_shown_and_what_it_keeps_is_counted() -> None:
    graph = passes.optimise(network(LAYERS, (3, 17, 19)), "pack_convolutions").graph
    stem, wide = graph.nodes[:2]
    assert stem.operator is not None
    assert wide.operator is not None
    assert stem.operator.saved(stem.operand).output
    assert not wide.operator.saved(wide.operand).output
    shown = repr(packed(network(LAYERS, (3, 17, 19)))[1])
    assert shown.count("relu=True") == 2


@pytest.mark.parametrize("lost", ["_reorder_convolution_weight", "_convolution_pointwise"])
def test_a_torch_without_the_operations_is_noticed(
    lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, module = packed(network([{"conv": 4, "kernel": 3}], (3, 8, 8)))
    defined = of(module)[0].forward.__func__.__globals__
    assert defined["packs_kernels"]() is torch.backends.mkldnn.is_available()
    monkeypatch.setattr(torch.ops.mkldnn, lost, refuse)
    assert defined["packs_kernels"]() is False
    monkeypatch.setitem(defined, "PACKS", False)
    outputs(module, torch.randn(1, 3, 8, 8))
    assert of(module)[0]._packed is None


def test_a_packed_module_is_copied_and_pickled() -> None:
    _, module = packed(network(LAYERS, (3, 17, 19)))
    x = torch.randn(1, 3, 17, 19)
    expected = outputs(module, x)
    for copied in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert difference(expected, outputs(copied, x)) == 0


@pytest.mark.filterwarnings("ignore:`torch.jit:FutureWarning")
@pytest.mark.parametrize("name", ["resnet18", "googlenet"])
def test_torch_compiles_and_exports_a_packed_network_in_one_piece(name: str) -> None:
    graph = shipped(name)
    module = carried(passes.optimise(graph), plain_module(graph))
    x = torch.randn(1, 3, 64, 64)
    whole = torch.compile(module, fullgraph=True, backend="eager")
    assert difference(outputs(module, x), outputs(whole, x)) <= BOUND
    with torch.no_grad():
        program = torch.export.export(module, (x,))
        assert not [node for node in program.graph.nodes if "mkldnn" in str(node.target)]
        traced = torch.jit.trace(module, x)
    assert difference(outputs(module, x), outputs(traced, x)) <= BOUND


def test_a_packed_network_goes_to_onnx_as_a_plain_one(tmp_path: Path) -> None:
    graph = network(LAYERS, (3, 17, 19))
    optimised = passes.optimise(graph)
    data = encode(Request(optimised.graph, carried(optimised, plain_module(graph))))
    kinds = [node.op_type for node in onnx.load_from_string(data).graph.node]
    assert kinds.count("Conv") == 3
    assert kinds.count("Relu") == 2


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_packed_network_runs_on_a_gpu() -> None:
    plain, module = packed(network(LAYERS, (3, 17, 19)))
    x = torch.randn(1, 3, 17, 19)
    expected = outputs(plain.double(), x.double())
    found = outputs(module.double().cuda(), x.double().cuda())
    assert difference(expected, [value.cpu() for value in found]) <= 1e-10
