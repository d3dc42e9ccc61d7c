"""Winograd's products give what the convolution does, in every size and in every engine."""

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from floating import difference
from graphs import network, node, shipped
from hypothesis import given, settings
from hypothesis import strategies as st
from optimising import (
    BOUND,
    EXACT,
    carried,
    outputs,
    plain_module,
    prepared,
    prepared_layers,
)
from torch import nn

from archc import passes
from archc.export.base.request import Request
from archc.export.onnx import encode
from archc.graph.graph import Graph
from archc.ops.internal.winograd_conv import WinogradConv

sizes = st.integers(1, 9)


@settings(max_examples=60)
@given(
    shape=st.tuples(st.integers(2, 5), sizes, sizes),
    channels=st.integers(1, 4),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    bias=st.booleans(),
    batch=st.integers(1, 3),
    tiles=st.integers(1, 12),
)
def test_every_size_padding_and_strip_gives_what_the_convolution_does(
    shape: tuple[int, int, int],
    channels: int,
    padding: tuple[int, int],
    bias: bool,
    batch: int,
    tiles: int,
) -> None:
    _, height, width = shape
    padding = (max(padding[0], 3 - height), max(padding[1], 3 - width))
    conv = {"conv": channels, "kernel": 3, "padding": list(padding), "bias": bias}
    plain, module = prepared(network([conv, "relu"], shape), "winograd")
    prepared_layers(module)[0].compute.__func__.__globals__["TILES"] = tiles
    x = torch.randn(batch, *shape, dtype=torch.float64)
    found = outputs(module.double(), x)
    assert prepared_layers(module)[0]._prepared is not None
    assert difference(outputs(plain.double(), x), found) <= EXACT


def test_in_float32_it_is_within_what_rounding_may_lose_of_the_convolution() -> None:
    layers = [{"conv": 64, "kernel": 3, "padding": 1}]
    plain, module = prepared(network(layers, (256, 14, 14)), "winograd")
    x = torch.randn(1, 256, 14, 14).relu()
    found = outputs(module, x)
    truth = outputs(plain.double(), x.double())
    # Each output is a sum of 9 · 256 products; a sum of n is rounded by n units at the very most.
    terms = plain.get_submodule("0").weight[0].abs().sum() * x.abs().max()  # type: ignore[operator]
    bound = 9 * 256 * 2**-24 * terms
    assert (truth[0] - found[0]).abs().max() <= bound


@pytest.mark.parametrize(
    "other", [{"stride": 2}, {"dilation": 2}, {"groups": 2}, {"kernel": [3, 1]}, {"kernel": 5}]
)
def test_other_convolutions_stay(other: dict[str, Any]) -> None:
    graph = network([{"conv": 4, "kernel": 3, **other}], (4, 9, 9))
    assert not passes.optimise(graph, "winograd").changes


def test_several_threads_compute_it_packed_and_one_by_products_again() -> None:
    plain, module = prepared(network([{"conv": 4, "kernel": 3}, "relu"], (3, 9, 8)), "winograd")
    x = torch.randn(2, 3, 9, 8)
    kept = []
    for threads in (1, 2, 1):
        torch.set_num_threads(threads)
        assert difference(outputs(plain, x), outputs(module, x)) <= BOUND
        kept.append(prepared_layers(module)[0]._prepared)
    assert [isinstance(one, torch.Tensor) for one in kept] == [False, True, False]


def test_its_macs_are_those_of_its_products() -> None:
    graph = passes.optimise(network([{"conv": 8, "kernel": 3}], (4, 9, 12)), "winograd").graph
    conv = graph.nodes[0]
    assert isinstance(conv.operator, WinogradConv)
    x = torch.randn(1, 4, 9, 12)
    _, module = prepared(network([{"conv": 8, "kernel": 3}], (4, 9, 12)), "winograd")
    outputs(module, x)
    with torch.profiler.profile(with_flops=True) as profile:
        outputs(module, x)
    products = sum(event.flops for event in profile.key_averages() if event.key == "aten::bmm")
    assert products == 2 * conv.operator.macs(conv.operand) == 2 * 16 * 4 * 8 * 4 * 5


def test_it_is_left_where_it_does_not_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    graph = passes.optimise(shipped("googlenet"), "winograd").graph
    chosen = [at.path for at in graph.nodes if isinstance(at.operator, WinogradConv)]
    assert chosen[:3] == ["conv3.conv", "inception3a.branch2.1.conv", "inception3b.branch2.1.conv"]
    assert not any(path.startswith("inception5") for path in chosen)  # 4 × 4 tiles
    assert type(node(graph, "inception3a.branch3.1.conv").operator).__name__ == "Conv"  # 16 → 32


def through_onnxruntime(graph: Graph, module: nn.Module, batches: list[int], dynamic: bool) -> None:
    data = encode(Request(graph, module, dynamic_batch=dynamic))
    model = onnx.load_from_string(data)
    assert "Conv" not in {at.op_type for at in model.graph.node}
    assert {one.name for one in model.graph.initializer} == set(module.state_dict())
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    for batch in batches:
        x = torch.randn(batch, *graph.input.shape)
        (found,) = session.run(None, {"input": x.numpy()})
        assert difference(outputs(module, x), [torch.from_numpy(np.asarray(found))]) <= BOUND


@pytest.mark.parametrize(("dynamic", "batches"), [(False, [1]), (True, [1, 2, 5])])
def test_onnx_has_the_products_under_the_names_of_the_state(
    dynamic: bool, batches: list[int]
) -> None:
    layers = [
        {"conv": 8, "kernel": 3, "padding": 1},
        "relu",
        {"conv": 4, "kernel": 3, "padding": "same", "bias": False},
    ]
    graph = network(layers, (3, 7, 10))
    optimised = passes.optimise(graph, "winograd")
    module = carried(optimised, plain_module(graph))
    through_onnxruntime(optimised.graph, module, batches, dynamic)


@pytest.mark.parametrize("grad", [True, False])
def test_torch_export_sees_the_products_and_learns_through_them(grad: bool) -> None:
    plain, module = prepared(network([{"conv": 4, "kernel": 3}, "relu"], (3, 8, 8)), "winograd")
    x = torch.randn(1, 3, 8, 8)
    with torch.set_grad_enabled(grad):
        program = torch.export.export(module, (x,)).module()
    assert difference(outputs(plain, x), outputs(program, x)) <= BOUND
    plain(x).sum().backward()
    program(x).sum().backward()
    for one, other in zip(plain.parameters(), program.parameters(), strict=True):
        assert difference([one.grad], [other.grad]) <= BOUND
