"""Memory against what torch holds while the emitted module really runs, and by hand."""

import pytest
import torch
from graphs import SHIPPED, network, shipped, small
from hypothesis import assume, given, settings
from random_specs import spec
from torch_memory import kept, peak

from archc.analyses.cost import cost
from archc.analyses.inplace import inplace
from archc.analyses.memory import memory
from archc.module.live import compile_graph
from archc.pipeline import check


def used(graph, batch=1):
    return memory(graph, cost(graph), inplace(graph), batch)


# Against torch


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_specs_in_inference(name):
    graph = small(name)
    assert used(graph).inference == peak(compile_graph(graph), graph.input.shape, 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_specs_in_training(name):
    graph = small(name)
    assert used(graph, 2).training == kept(compile_graph(graph), graph.input.shape, 2)


@pytest.mark.parametrize("name", SHIPPED)
def test_weights_are_the_bytes_of_the_state(name):
    graph = shipped(name)
    with torch.device("meta"):
        state = compile_graph(graph).state_dict().values()
    assert used(graph).weights == sum(t.numel() * t.element_size() for t in state)


COMPOSED = {"local_response_norm"}
"""Operators that torch composes of others: what those allocate in passing is not modelled."""


@settings(max_examples=60)
@given(spec())
def test_random_networks(source):
    graph = check(source).sound
    assume(graph is not None and graph.nodes)
    names = {node.operator.name for node in graph.nodes}
    module = compile_graph(graph)
    torch.manual_seed(0)
    if not names & COMPOSED:
        # Variables of `forward` that nothing overwrites hold their values for longer.
        assert used(graph, 2).inference <= peak(module, graph.input.shape, 2)
    try:
        found = kept(module, graph.input.shape, 2)
    except ValueError:
        return  # one value per channel is too few for a batch norm in training
    assert used(graph, 2).training == found


CONV = {"conv": 4, "kernel": 1, "from": "input"}
GATE = [{"adaptive_avg_pool": 1}, {"conv": 4, "kernel": 1}]
FACTORS = {"a": CONV, "b": CONV, "gate": {"layers": GATE, "from": "input"}}


@pytest.mark.parametrize(
    "factors",
    [
        "input a", "a input", "a b", "a a", "input input a", "input a input", "a input input",
        "input a b", "a input b", "a b input", "input input", "gate input", "input gate gate",
        "gate gate input", "gate gate a input b", "input a a input b",
    ],
)  # fmt: skip
def test_a_product_keeps_what_the_gradients_of_its_factors_need(factors):
    graph = network({**FACTORS, "product": {"multiply": factors.split()}}, (4, 6, 5))
    module = compile_graph(graph)
    assert used(graph, 2).training == kept(module, graph.input.shape, 2)
    assert used(graph, 2).inference <= peak(module, graph.input.shape, 2)


PAD = {"kernel": 3, "padding": 2}


@pytest.mark.parametrize(
    "layer",
    [
        {"conv": 4, **PAD, "padding_mode": "reflect"},
        {"conv": 4, **PAD, "padding_mode": "replicate"},
        {"conv": 4, **PAD, "padding_mode": "circular"},
        {"conv": 4, "kernel": 2, "padding": "same"},
        {"conv_transpose": 4, "kernel": 2},
        {"prelu": 0.1},
        "batch_norm", "layer_norm", {"group_norm": 2}, {"group_norm": 2, "affine": False},
        {"batch_norm": None, "affine": False}, {"max_pool": 2}, {"local_response_norm": 3},
        "softmax", "gelu", {"dropout": 0.5}, {"upsample": 2},
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", [[], ["sigmoid"], [{"conv": 4, "kernel": 1}]])
def test_what_a_layer_keeps_of_the_networks_input_and_of_what_is_trained(layer, first):
    graph = network([*first, layer], (4, 6, 5))
    assert used(graph, 2).training == kept(compile_graph(graph), graph.input.shape, 2)


# By hand; 4 bytes a number

MAP = (4, 10, 10)
BYTES = 4 * 4 * 10 * 10


def test_operands_and_result_are_alive_together():
    assert used(network(["sigmoid", "tanh", "sigmoid"], MAP)).inference == 3 * BYTES
    assert used(network(["sigmoid", "tanh", "sigmoid"], MAP), 5).inference == 5 * 3 * BYTES


def test_the_input_is_held_by_the_caller():
    # Input, what is read, what is given; then the first two and the smaller result.
    assert used(network(["sigmoid", {"avg_pool": 2}], MAP)).inference == 2 * BYTES + BYTES // 4


def test_a_scopes_input_is_alive_while_the_scope_runs():
    inside = ["tanh", "tanh", "tanh"]
    assert used(network(["tanh", *inside], MAP)).inference == 3 * BYTES
    assert used(network(["tanh", {"layers": inside}], MAP)).inference == 4 * BYTES


def test_what_is_read_later_stays_alive():
    layers = {"a": "sigmoid", "b": "tanh", "c": "tanh", "sum": {"concat": ["a", "c"]}}
    # Input, a, c, and the result that is twice as large.
    assert used(network(layers, MAP)).inference == 5 * BYTES


def test_views_take_no_memory():
    layers = ["sigmoid", "identity", {"dropout": 0.5}, "flatten"]
    assert used(network(layers, MAP)).inference == 2 * BYTES


def test_in_place_takes_no_memory():
    layers = [{"conv": 4, "kernel": 1}, "relu"]
    assert used(network(layers, MAP)).inference == 2 * BYTES
    assert used(network(["sigmoid", "relu"], MAP)).inference == 3 * BYTES  # sigmoid keeps its own


def test_max_pooling_makes_indices():
    # A quarter of the numbers, each with an int64.
    assert used(network([{"max_pool": 2}], MAP)).inference == BYTES + BYTES // 4 * 3


def test_heads_are_not_computed_in_inference():
    layers = {"a": {"conv": 4, "kernel": 1}, "b": {"avg_pool": 10}}
    plain = network(layers, MAP)
    head = {"from": "a", "layers": [{"conv": 64, "kernel": 1}]}
    headed = network(layers, MAP, auxiliary={"aux": head})
    assert used(headed).inference == used(plain).inference
    assert used(headed).training == used(plain).training  # both keep the input and a


def test_training_keeps_each_value_once():
    # The convolution keeps the input, sigmoid what it gives; two read that and keep it too.
    layers = {"a": {"conv": 4, "kernel": 1}, "s": "sigmoid", "b": {"conv": 4, "kernel": 1}}
    layers["c"] = {"conv": 4, "kernel": 1, "from": "s"}
    layers["sum"] = {"add": ["b", "c"]}
    assert used(network(layers, MAP)).training == 2 * BYTES


def test_what_needs_no_gradient_is_not_kept():
    assert used(network(["sigmoid", {"max_pool": 2}], MAP)).training == 0


def test_what_is_kept_whatever_the_batch():
    norm = network(["batch_norm"], MAP)
    # The input, and for each of 4 channels a mean and a deviation.
    assert used(norm, 3).training == 3 * BYTES + 2 * 4 * 4


def test_a_dropout_that_drops_nothing_is_a_view_in_training():
    layers = [{"conv": 4, "kernel": 1}, {"dropout": 0}, {"conv": 4, "kernel": 1}]
    assert used(network(layers, MAP)).training == 2 * BYTES
    layers[1] = {"dropout": 0.5}  # a mask, and a result of its own
    assert used(network(layers, MAP)).training == 3 * BYTES
