"""What may run in place. That it changes no bit is held by test_soundness and tests/models."""

import pytest
import torch
from graphs import network, shipped

from archc.analyses.inplace import inplace
from archc.module.live import compile_graph

CONV = {"conv": 2, "kernel": 1}


def found(layers, **more):
    """Return the paths of what runs in place."""
    return {node.path for node in inplace(network(layers, (2, 4, 4), **more))}


@pytest.mark.parametrize("layer", ["relu", "leaky_relu"])
def test_activations_that_torch_offers_in_place(layer):
    assert found([CONV, layer]) == {"1"}


@pytest.mark.parametrize("layer", ["sigmoid", "relu6", {"leaky_relu": -0.5}])
def test_activations_that_cannot(layer):
    assert found([CONV, layer]) == set()


def test_the_input_belongs_to_the_caller():
    assert found(["relu"]) == set()
    assert found([{"layers": ["relu", CONV]}]) == set()
    assert found([CONV, {"layers": ["relu", CONV]}]) == set()
    assert found([{"layers": [CONV]}, "relu"]) == set()


def test_what_another_reads_is_spared():
    assert found({"a": CONV, "b": "relu", "c": {"concat": ["a", "b"]}}) == set()


def test_what_is_handed_out_is_spared():
    layers = {"a": CONV, "b": "relu"}
    assert found(layers) == {"b"}
    assert found(layers, outputs={"early": "a", "late": "b"}) == set()
    head = {"from": "a", "layers": [CONV]}
    assert found(layers, auxiliary={"aux": head}) == set()


def test_views_are_spared():
    for view in ("flatten", "identity", {"dropout": 0.5}):
        assert found([CONV, view, "relu"]) == set()


def test_what_its_producer_keeps_is_spared():
    for keeper in ("sigmoid", "tanh", "softmax"):
        assert found([CONV, keeper, "relu"]) == set()
    assert found([CONV, "relu", "relu"]) == {"1"}
    assert found([CONV, "leaky_relu", "relu"]) == {"1"}  # in place, the first keeps its result
    assert found([CONV, "silu", "relu"]) == {"2"}  # keeps what it reads


def test_a_sum_overwrites_its_first_operand():
    layers = {"a": CONV, "b": {**CONV, "from": "input"}}
    assert found({**layers, "sum": {"add": ["b", "a"]}, "out": "relu"}) == {"sum", "out"}
    assert found({**layers, "sum": {"add": ["b", "input"]}}) == {"sum"}
    assert found({**layers, "sum": {"add": ["input", "b"]}}) == set()
    assert found({**layers, "sum": {"add": ["a", "a"]}}) == set()
    # Of three, a + b would have to be computed first.
    assert found({**layers, "sum": {"add": ["a", "b", "input"]}}) == set()


def test_a_product_keeps_its_factors():
    assert found({"a": CONV, "b": CONV, "product": {"multiply": ["a", "b"]}}) == set()


def test_resnet18():
    names = {node.path for node in inplace(shipped("resnet18"))}
    blocks = [f"layer{i}.{j}" for i in (1, 2, 3, 4) for j in (0, 1)]
    assert names == {"relu", *(f"{b}.{n}" for b in blocks for n in ("relu", "sum", "out"))}


def test_the_emitted_module_says_so():
    graph = shipped("vgg16")
    with torch.device("meta"):
        module = compile_graph(graph)
    said = {name for name, inner in module.named_modules() if getattr(inner, "inplace", False)}
    assert said == {node.path for node in inplace(graph)}


def test_a_sum_of_one_value_is_that_value():
    one = {"inline": True, "branches": [{"relu": None, "if": False}], "join": "add"}
    assert found([one, "relu"]) == set()  # it would overwrite the caller's input
    one["branches"] = [CONV]
    assert found([one, "relu"]) == set()
