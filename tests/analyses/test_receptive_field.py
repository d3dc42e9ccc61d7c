"""Receptive fields derived by hand, and against what a real module's outputs depend on."""

import random

import pytest
import torch
from graphs import network, node, shipped

from archc.analyses.receptive_field import receptive_fields
from archc.module.live import compile_graph

CONV3 = {"conv": 1, "kernel": 3, "padding": 1}


def seen(graph, path=None):
    """Return the sizes and jumps along height and width, or None."""
    fields = receptive_fields(graph)[node(graph, path) if path else graph.root.exit]
    return fields and tuple((field.size, field.jump) for field in fields)


def square(size, jump):
    return ((size, jump), (size, jump))


# Derived by hand


@pytest.mark.parametrize(
    ("name", "last", "size"),
    [
        ("vgg16", "features.30", 212),
        ("resnet18", "layer4.1.out", 435),
        ("resnet152", "layer4.2.out", 1451),
        ("googlenet", "inception5b.join", 379),
    ],
)
def test_before_global_pooling(name, last, size):
    assert seen(shipped(name), last) == square(size, 32)


def test_two_3x3_see_what_one_5x5_sees():
    assert seen(network([CONV3, CONV3])) == seen(network([{"conv": 1, "kernel": 5}]))


def test_a_stride_spreads_what_follows():
    # 3, then two more rows two apart.
    assert seen(network([{**CONV3, "stride": 2}, CONV3])) == square(3 + 2 * 2, 2)


def test_dilation_widens_a_window():
    # 3 taps, 4 apart, cover 9.
    assert seen(network([{"conv": 1, "kernel": 3, "dilation": 4}])) == square(9, 1)


def test_axes_are_apart():
    layers = [{"conv": 1, "kernel": [1, 7], "stride": [1, 2]}, {"max_pool": [3, 2]}]
    assert seen(network(layers)) == ((1 + 2, 3), (7 + 1 * 2, 2 * 2))


def test_pointwise_layers_see_no_more():
    layers = [CONV3, "batch_norm", "relu", {"dropout": 0.5}, "flatten"]
    assert seen(network(layers)) == square(3, 1)


def test_the_largest_path_counts():
    branches = [{"conv": 1, "kernel": 1}, {"layers": [CONV3, CONV3]}, CONV3]
    for join in ("concat", "add"):
        assert seen(network([{"branches": branches, "join": join}])) == square(5, 1)


def test_the_largest_path_may_differ_between_axes():
    tall = {"conv": 1, "kernel": [5, 1], "padding": [2, 0]}
    graph = network([{"branches": [tall, CONV3], "join": "concat"}])
    assert seen(graph) == ((5, 1), (3, 1))


def test_global_pooling_and_linear_layers_see_all():
    assert seen(network([{"adaptive_avg_pool": 1}, "flatten"])) is None
    assert seen(network(["flatten", {"linear": 3}])) is None


def test_what_sees_all_wins_at_a_join():
    gate = {"gate": {"adaptive_avg_pool": 1}, "out": {"multiply": ["input", "gate"]}}
    assert seen(network(gate)) is None


def test_enlarging_divides_the_jump():
    graph = network([{"upsample": 2}])
    assert seen(graph) == square(1, 0.5)
    # Three neighbours of the enlarged map lie over two of the small one, four over three.
    assert seen(network([{"upsample": 2}, CONV3])) == square(2, 0.5)
    assert seen(network([{"upsample": 2}, {"conv": 1, "kernel": 4}])) == square(3, 0.5)


def test_what_is_enlarged_is_seen_as_a_whole():
    # Two neighbours may lie over two elements that are 4 apart and see 4 each.
    layers = [{"conv": 1, "kernel": 4, "stride": 4}, {"upsample": 4}, {"conv": 1, "kernel": 2}]
    assert seen(network(layers)) == square(4 + 4, 1)


def test_the_input_sees_itself():
    graph = network(["relu"])
    assert [field.size for field in receptive_fields(graph)[graph.input]] == [1, 1]


# Against the real thing


def draw_windows(rng, count, strides):
    """Return a chain of windows that see whole elements."""
    return [draw_window(rng, rng.choice(strides)) for _ in range(count)]


def draw_window(rng, stride):
    size, other = rng.choice([1, 2, 3, 4]), rng.choice([1, 2, 3])
    choices = [
        {"conv": 2, "kernel": [size, other], "stride": stride, "padding": [size // 2, 0]},
        {"conv": 2, "kernel": 2, "dilation": rng.choice([2, 3])},
        {"max_pool": max(size, stride), "stride": stride},
        {"avg_pool": [size, other], "stride": [stride, 1]},
        "batch_norm",
        "relu",
    ]
    return rng.choice(choices)


ENLARGING = [
    {"upsample": 2},
    {"upsample": 3},
    {"upsample": 2, "mode": "bilinear"},
    {"conv_transpose": 2, "kernel": 2, "stride": 2},
]


def footprint(graph, axis):
    """Return along one axis how far apart the elements lie that one output depends on, at most."""
    module = compile_graph(graph, seed=0).double().eval()
    values = torch.rand(1, *graph.input.shape, dtype=torch.double)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(0.5, 1)  # so that nothing cancels
        before = module(values)
        depends = []
        for place in range(values.shape[axis]):
            changed = values.clone()
            changed.select(axis, place).add_(1000)  # so that it wins every maximum
            differs = (module(changed) != before).movedim(axis, 0).flatten(1).any(1)
            depends.append(differs)
    dependence = torch.stack(depends)  # input places × output places
    return max(
        int(places.max() - places.min()) + 1
        for places in (column.nonzero() for column in dependence.T)
        if len(places)
    )


@pytest.mark.parametrize("seed", range(20))
def test_footprints_of_random_chains(seed):
    rng = random.Random(seed)
    graph = network(draw_windows(rng, rng.choice([2, 3, 4]), [1, 1, 2]), (2, 60, 60))
    assert footprints(graph) == sizes(graph)


@pytest.mark.parametrize("seed", range(20))
def test_footprints_where_the_map_is_enlarged(seed):
    rng = random.Random(seed)
    before, after = draw_windows(rng, 1, [1, 2]), draw_windows(rng, 2, [1])
    graph = network([*before, rng.choice(ENLARGING), *after], (2, 40, 40))
    assert footprints(graph) == sizes(graph)


@pytest.mark.parametrize("seed", range(10))
def test_a_stride_after_enlarging_may_spare_the_outputs_that_see_most(seed):
    rng = random.Random(seed)
    chain = [rng.choice(ENLARGING), *draw_windows(rng, 2, [2]), rng.choice(ENLARGING)]
    graph = network([*chain, *draw_windows(rng, 2, [1, 2])], (2, 40, 40))
    for found, size in zip(footprints(graph), sizes(graph), strict=True):
        assert found <= size <= found + 4


def footprints(graph):
    return footprint(graph, 2), footprint(graph, 3)


def sizes(graph):
    (height, _), (width, _) = seen(graph)
    return height, width
