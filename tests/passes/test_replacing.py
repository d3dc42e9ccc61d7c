"""Convolutions with prepared kernels, of either kind, are plain ones to all who look at them."""

import copy
import pickle
from typing import Any

import pytest
import torch
from floating import difference, floats_alike, lost_to_rounding
from graphs import network
from hypothesis import HealthCheck, assume, event, given, settings
from optimising import (
    BOUND,
    EXACT,
    carried,
    outputs,
    plain_module,
    prepared,
    prepared_layers,
)
from random_specs import spec as random_spec
from torch import nn
from torch.torch_version import TorchVersion

from archc import passes
from archc.pipeline import check

PASSES = ("pack_convolutions", "winograd")
LAYERS: dict[str, Any] = {
    "stem": {"conv": 8, "kernel": 3, "padding": [1, 2]},
    "relu": "relu",
    "wide": {"conv": 12, "kernel": 3, "bias": False},
    "head": {"conv": 5, "kernel": 3, "padding": "same"},
    "last": "relu",
}

both = pytest.mark.parametrize("name", PASSES)


def kept(module: nn.Module) -> list[bool]:
    return [layer._prepared is not None for layer in prepared_layers(module)]


@both
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_they_give_what_plain_convolutions_do(
    name: str, batch: int, layout: torch.memory_format
) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    x = torch.randn(batch, 3, 17, 19).to(memory_format=layout)
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND
    assert kept(module) == [True] * 3
    other = torch.randn(2, 3, 23, 18)  # prepared for a map of another size
    assert difference(outputs(plain, other), outputs(module, other)) <= BOUND


@both
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(spec=random_spec())
def test_they_add_no_error_to_random_networks_in_float32(name: str, spec: dict[str, Any]) -> None:
    graph = check(spec).sound
    assume(graph is not None)
    assert graph is not None
    plain, module = prepared(graph, name)
    event(f"rewritten: {any(hasattr(m, '_prepared') for m in module.modules())}")
    x = torch.randn(2, *graph.input.shape)
    found = outputs(module, x)
    truth = outputs(plain.double(), x.double())
    assume(floats_alike(truth))
    assert difference(truth, found) <= lost_to_rounding(plain, x.double(), truth)


@both
def test_a_relu_goes_into_the_convolution_that_it_alone_reads(name: str) -> None:
    optimised = passes.optimise(network(LAYERS, (3, 17, 19)), name)
    assert [node.name for node in optimised.graph.nodes] == ["stem", "wide", "head"]
    text = str(optimised.changes[0])
    assert text.startswith(f"{name}: 3 convolutions ")
    assert text.endswith(", 2 with the ReLU behind: stem + relu, wide, head + last")


@both
@pytest.mark.parametrize(
    "more", [{"outputs": {"raw": "conv", "cut": "relu"}}, {"outputs": {"sum": "add"}}]
)
def test_a_relu_stays_where_something_else_reads_the_convolution(
    name: str, more: dict[str, Any]
) -> None:
    conv = {"conv": 3, "kernel": 3, "padding": 1}
    layers = {"conv": conv, "relu": "relu", "add": {"add": ["conv", "relu"]}}
    if "raw" in more["outputs"]:
        del layers["add"]
    graph = network(layers, (3, 4, 4), **more)
    optimised = passes.optimise(graph, name)
    assert optimised.changes
    assert "relu" in [node.name for node in optimised.graph.nodes]
    plain = plain_module(graph)
    x = torch.randn(2, 3, 4, 4)
    assert difference(outputs(plain, x), outputs(carried(optimised, plain), x)) <= BOUND


@both
@pytest.mark.parametrize(
    "other",
    [{"padding_mode": "reflect", "padding": 1}, {"kernel": [3, 4], "padding": "same"}],
)
def test_a_convolution_that_pads_otherwise_stays(name: str, other: dict[str, Any]) -> None:
    graph = network([{"conv": 4, "kernel": 3, **other}], (3, 8, 8))
    assert not passes.optimise(graph, name).changes


@both
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_padding_in_words_is_written_in_numbers(name: str, padding: str) -> None:
    graph = network([{"conv": 4, "kernel": 3, "padding": padding}], (3, 8, 8))
    optimised = passes.optimise(graph, name)
    assert optimised.graph.nodes[0].shape == graph.nodes[0].shape
    plain, x = plain_module(graph), torch.randn(1, 3, 8, 8)
    assert difference(outputs(plain, x), outputs(carried(optimised, plain), x)) <= BOUND


@both
def test_a_batch_norm_does_not_fold_through_the_relu(name: str) -> None:
    graph = network([{"conv": 4, "kernel": 3}, "relu", "batch_norm"], (3, 5, 5))
    optimised = passes.optimise(graph, [name, "fold_batch_norm"])
    assert [change.name for change in optimised.changes] == [name]


@both
def test_kernels_are_prepared_again_when_they_have_changed(name: str) -> None:
    plain, module = prepared(network([{"conv": 4, "kernel": 3}], (3, 8, 8)), name)
    x = torch.randn(1, 3, 8, 8)
    outputs(module, x)
    with torch.no_grad():
        for one in (plain, module):
            next(one.parameters()).mul_(3)
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND
    module.load_state_dict({key: -value for key, value in plain.state_dict().items()})
    plain.load_state_dict(module.state_dict())
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND


@both
def test_kernels_are_prepared_again_when_they_have_changed_through_data(name: str) -> None:
    plain, module = prepared(network([{"conv": 4, "kernel": 3}], (3, 8, 8)), name)
    x = torch.randn(1, 3, 8, 8)
    layers: list[Any] = [plain[0], prepared_layers(module)[0]]  # type: ignore[index]
    outputs(module, x)
    for layer in layers:  # one number, by the layer's attribute
        layer.weight.data[3, 2, 1, 0] += 1
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND
    held = [next(one.parameters()) for one in (plain, module)]
    outputs(module, x)
    for parameter in held:  # an average's update, by parameters that are held
        parameter.data.mul_(0.9)
    assert difference(outputs(plain, x), outputs(module, x)) <= BOUND


@both
def test_unchanged_kernels_are_not_prepared_again(name: str) -> None:
    _, module = prepared(network([{"conv": 4, "kernel": 3}], (3, 8, 8)), name)
    x = torch.randn(1, 3, 8, 8)
    outputs(module, x)
    before = prepared_layers(module)[0]._prepared
    outputs(module, x)
    assert prepared_layers(module)[0]._prepared is before


def test_kernels_are_packed_for_the_shape_of_the_input_and_kept_while_it_stays() -> None:
    _, module = prepared(network(LAYERS, (3, 17, 19)), "pack_convolutions")
    stem = prepared_layers(module)[0]
    packed = []
    for shape in ((1, 3, 17, 19), (1, 3, 17, 19), (1, 3, 30, 30), (4, 3, 30, 30)):
        outputs(module, torch.randn(shape))
        packed.append(stem._prepared)
    assert packed[0] is packed[1]
    assert len(set(map(id, packed))) == 3


def test_matrices_of_winograd_serve_every_shape() -> None:
    _, module = prepared(network(LAYERS, (3, 17, 19)), "winograd")
    outputs(module, torch.randn(1, 3, 17, 19))
    before = [layer._prepared for layer in prepared_layers(module)]
    outputs(module, torch.randn(2, 3, 30, 30))
    assert all(
        layer._prepared is kept for layer, kept in zip(prepared_layers(module), before, strict=True)
    )


@both
def test_with_gradients_it_is_a_convolution_and_a_relu(name: str) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    x = torch.randn(1, 3, 17, 19)
    given = module(x)
    assert torch.equal(plain(x), given)
    given.sum().backward()
    assert all(weight.grad is not None for weight in module.parameters())
    assert kept(module) == [False] * 3


@both
@pytest.mark.parametrize("shape", [(3, 17, 19), (0, 3, 17, 19)])
def test_one_sample_without_a_batch_and_none_at_all_are_taken(
    name: str, shape: tuple[int, ...]
) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    x = torch.randn(shape)
    assert difference(outputs(plain, x), outputs(module, x)) == 0
    assert kept(module) == [False] * 3


@both
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_other_types_are_computed_as_ever(name: str, dtype: torch.dtype) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    plain, module, x = plain.to(dtype), module.to(dtype), torch.randn(1, 3, 17, 19).to(dtype)
    assert torch.equal(outputs(plain, x)[0], outputs(module, x)[0])
    assert kept(module) == [False] * 3


@both
def test_autocast_chooses_the_type_as_ever(name: str) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    x = torch.randn(1, 3, 17, 19)
    with torch.autocast("cpu", torch.bfloat16):
        expected, found = outputs(plain, x)[0], outputs(module, x)[0]
    assert found.dtype == torch.bfloat16
    assert torch.equal(expected, found)


@both
def test_kernels_made_in_inference_mode_are_not_prepared(name: str) -> None:
    with torch.inference_mode():
        plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
        x = torch.randn(1, 3, 17, 19)
        assert difference(outputs(plain, x), outputs(module, x)) == 0


@both
def test_the_relu_is_shown_and_what_it_keeps_is_counted(name: str) -> None:
    graph = passes.optimise(network(LAYERS, (3, 17, 19)), name).graph
    stem, wide = graph.nodes[:2]
    assert stem.operator.saved(stem.operand).output
    assert not wide.operator.saved(wide.operand).output
    shown = repr(prepared(network(LAYERS, (3, 17, 19)), name)[1])
    assert shown.count("relu=True") == 2


@both
@pytest.mark.parametrize("used", [False, True])
def test_maps_that_do_not_fit_are_refused_in_torchs_words(name: str, used: bool) -> None:
    _, module = prepared(network([{"conv": 4, "kernel": 3}], (3, 8, 8)), name)
    if used:
        outputs(module, torch.randn(1, 3, 8, 8))
    with pytest.raises(RuntimeError, match="Kernel size can't be greater than actual input"):
        outputs(module, torch.randn(1, 3, 2, 2))
    with pytest.raises(RuntimeError, match="to have 3 channels"):
        outputs(module, torch.randn(1, 4, 8, 8))


@both
def test_the_module_is_copied_and_pickled(name: str) -> None:
    _, module = prepared(network(LAYERS, (3, 17, 19)), name)
    x = torch.randn(1, 3, 17, 19)
    expected = outputs(module, x)
    for copied in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert kept(copied) == [False] * 3
        assert difference(expected, outputs(copied, x)) == 0


@both
@pytest.mark.filterwarnings("ignore:`torch.jit:FutureWarning")
def test_torch_compiles_and_traces_it_as_a_plain_one(name: str) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    x = torch.randn(1, 3, 17, 19)
    whole = torch.compile(module, fullgraph=True, backend="eager")
    # torch 2.9, not 2.14, treats what it compiles as exported, and it takes the products.
    exact = TorchVersion(torch.__version__) >= "2.14"
    assert difference(outputs(plain, x), outputs(whole, x)) <= (0 if exact else BOUND)
    with torch.no_grad():
        traced = torch.jit.trace(module, x)
    assert torch.equal(outputs(plain, x)[0], outputs(traced, x)[0])


@both
def test_float64_is_exact(name: str) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    plain, module, x = plain.double(), module.double(), torch.randn(2, 3, 17, 19).double()
    assert difference(outputs(plain, x), outputs(module, x)) <= EXACT
    assert kept(module) == [name == "winograd"] * 3


@both
@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_it_runs_on_a_gpu(name: str) -> None:
    plain, module = prepared(network(LAYERS, (3, 17, 19)), name)
    x = torch.randn(1, 3, 17, 19)
    expected = outputs(plain.double(), x.double())
    found = outputs(module.double().cuda(), x.double().cuda())
    assert difference(expected, [value.cpu() for value in found]) <= 1e-10
