"""Exported programs load back and give what the module gives, bit for bit."""

import io

import pytest
import torch
from graphs import network, shipped_names, small
from trained import depends, trained_module

from archc.export import pt2
from archc.export.base.request import ExportError, Request
from archc.module.optimised import optimised_module
from archc.passes import optimise


def loaded(dynamic_batch, optimised=False, graph=None):
    graph = graph or small("cifar/resnet18")
    module = trained_module(graph)
    if optimised:
        module = optimised_module(graph, pt2.Pt2.passes, weights=module.state_dict())
        graph = optimise(graph, pt2.Pt2.passes).graph
    data = pt2.encode(Request(graph, module, dynamic_batch))
    extra = {"archc": "", "spec": ""}
    program = torch.export.load(io.BytesIO(data), extra_files=extra)
    assert extra["spec"] in (graph.name.encode(), graph.name)
    return module, program.module()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", shipped_names("lenet5", "cifar/resnet18"))
def test_specs_that_ship_give_the_modules_output_for_any_batch(name):
    module, program = loaded(True, graph=small(name))
    for batch in (1, 3):
        x = torch.randn(batch, *small(name).input.shape)
        with torch.no_grad():
            wanted = module(x)
            assert torch.equal(program(x), wanted)
    assert depends(wanted)


@pytest.mark.filterwarnings("ignore")
def test_without_a_dynamic_batch_one_sample_is_taken():
    module, program = loaded(False)
    x = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(program(x), module(x))
    with pytest.raises(AssertionError):
        program(torch.randn(2, 3, 32, 32))


def test_an_optimised_network_is_saved_as_it_is():
    module, program = loaded(False, optimised=True)
    x = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(program(x), module(x))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("optimised", [False, True])
def test_named_outputs_are_a_dict_without_heads(optimised):
    layers = {
        "conv": {"conv": 4, "kernel": 3},
        "bn": "batch_norm",
        "flat": "flatten",
        "logits": {"linear": 3},
    }
    heads = {"early": {"from": "bn", "layers": ["flatten", {"linear": 3}]}}
    named = {"features": "bn", "scores": "logits"}
    graph = network(layers, (2, 5, 6), outputs=named, auxiliary=heads)
    module, program = loaded(True, optimised, graph)
    x = torch.randn(3, 2, 5, 6)
    with torch.no_grad():
        given, wanted = program(x), module(x)
    assert list(given) == ["features", "scores"]
    assert all(torch.equal(given[name], getattr(wanted, name)) for name in given)
    assert set(program.state_dict()) <= set(module.state_dict())


@pytest.mark.parametrize(
    "norm", [{"group_norm": 16}, {"batch_norm": None, "track_running_stats": False}]
)
def test_a_norm_of_one_number_a_sample_needs_a_dynamic_batch(norm):
    graph = network({"it": norm}, (16,))
    with pytest.raises(ExportError, match=r"layer `it`: .* a single number .*--dynamic-batch"):
        loaded(False, graph=graph)
    module, program = loaded(True, graph=graph)
    x = torch.randn(3, 16)
    with torch.no_grad():
        assert torch.equal(program(x), module(x))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("optimised", [False, True])
def test_one_named_output_comes_as_a_dict(optimised):
    layers = {"a": {"conv": 4, "kernel": 1}, "r": "relu"}
    graph = network(layers, (3, 4, 4), outputs={"features": "r"})
    module, program = loaded(False, optimised, graph)
    x = torch.randn(1, 3, 4, 4)
    with torch.no_grad():
        found = program(x)
        assert list(found) == ["features"]
        assert torch.equal(found["features"], module(x).features)
