"""Layers that torch gets wrong channels last keep the plain layout, whoever lays their maps out."""

from typing import Any

import pytest
import torch
from floating import difference
from graphs import network
from optimising import BOUND, carried, outputs, plain_module

from archc import passes
from archc.ops.conv import Conv
from archc.ops.internal.plain_conv import PlainConv
from archc.passes.base.guarding import needs_plain_layout

OTHER: dict[str, Any] = {"conv": 4, "kernel": 3, "padding": 1}
"""A layer that gains by the layout, without which a network is not laid out at all."""

FAULTY = {
    "one channel": ((1, 12, 5), {"conv": 4, "kernel": 5, "stride": [1, 2]}),
    "width in padding": ((7, 5, 1), {"conv": 2, "kernel": [3, 1], "padding": 1, "stride": [3, 2]}),
    "padding wider than the kernel": ((2, 3, 1), {"conv": 4, "kernel": 1, "padding": [3, 9]}),
    "dilation over the map": (
        (3, 4, 1),
        {"conv": 8, "kernel": [1, 2], "padding": 1, "dilation": 2},
    ),
    "height in padding": ((3, 1, 6), {"conv": 8, "kernel": 1, "padding": 1}),
}


@pytest.mark.parametrize(("shape", "layer"), FAULTY.values(), ids=FAULTY)
def test_convolutions_that_torch_gets_wrong_are_kept_plain(
    shape: tuple[int, int, int], layer: dict[str, Any]
) -> None:
    graph = network({"it": layer, "relu": "relu", "other": OTHER}, shape)
    for name in ("channels_last", "inference", "winograd"):
        optimised = passes.optimise(graph, name)
        at = next(node for node in optimised.graph.nodes if node.name == "it")
        assert type(at.operator) is PlainConv, name  # before it is run: it could crash
        plain, x = plain_module(graph), torch.randn(2, *shape)
        found = outputs(carried(optimised, plain), x)
        assert difference(outputs(plain, x), found) <= BOUND
    assert type(passes.optimise(graph, "pack_convolutions").graph.nodes[0].operator) is Conv


@pytest.mark.parametrize(
    ("shape", "settings"),
    [
        ((3, 8, 8), {"kernel": (3, 3), "padding": (1, 1)}),
        ((2, 1, 1), {"kernel": (3, 3), "padding": (1, 1)}),
        ((16, 7, 7), {"kernel": (7, 7)}),
        ((4, 8, 1), {"kernel": (3, 1), "stride": (2, 2)}),
        ((4, 5, 5), {"kernel": (3, 3), "padding": (7, 7), "padding_mode": "replicate"}),
    ],
)
def test_other_convolutions_are_laid_out(shape: tuple[int, ...], settings: dict[str, Any]) -> None:
    assert not needs_plain_layout(Conv(8, **settings), shape)


def test_a_network_of_nothing_that_gains_is_left_as_it_is() -> None:
    graph = network([FAULTY["one channel"][1], "relu"], (1, 12, 5))
    assert not passes.optimise(graph, "channels_last").changes


def test_the_report_names_what_is_kept_plain() -> None:
    graph = network({"stem": {"conv": 4, "kernel": 3}, "other": OTHER}, (1, 8, 8))
    text = passes.optimise(graph, "channels_last").report()
    assert text.endswith("channels_last: 1 layer kept in the plain layout: stem")


@pytest.mark.parametrize("name", ["channels_last", "winograd"])
@pytest.mark.parametrize(
    "norm", [{"group_norm": 2}, {"batch_norm": None, "track_running_stats": False}]
)
def test_norms_stay_as_precise_as_in_the_plain_layout(name: str, norm: dict[str, Any]) -> None:
    graph = network({"other": OTHER, "norm": norm}, (2, 16, 16))
    plain = plain_module(graph)
    bias = plain.get_parameter("other.bias")
    torch.nn.init.constant_(bias, 100)
    x = torch.randn(2, 2, 16, 16)
    optimised = carried(passes.optimise(graph, name), plain)
    found, expected = outputs(optimised, x), outputs(plain, x)
    truth = [value.float() for value in outputs(plain.double(), x.double())]
    assert difference(truth, found) <= 4 * difference(truth, expected)


def test_a_norm_of_a_vector_has_no_layout() -> None:
    layers = [OTHER, "flatten", {"group_norm": 2}]
    graph = passes.optimise(network(layers, (2, 4, 4)), "channels_last").graph
    assert [type(node.operator).__name__ for node in graph.nodes] == [
        "Conv",
        "Flatten",
        "GroupNorm",
    ]
