"""Receptive fields derived by hand, and against what a real module's outputs depend on."""

import random

import pytest
import torch
from graphs import network, node, shipped

from archc.analyses.budget import TooLargeError
from archc.analyses.extent import extents
from archc.analyses.receptive_field import Field, Fields, receptive_fields
from archc.module.live import compile_graph
from archc.pipeline import check

CONV3 = {"conv": 1, "kernel": 3, "padding": 1}


def seen(graph, path=None):
    """Return the sizes and jumps along height and width, or None."""
    axes = receptive_fields(graph)[node(graph, path) if path else graph.root.exit].axes
    return axes and tuple((field.size, field.jump) for field in axes)


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
    assert [field.size for field in receptive_fields(graph)[graph.input].axes] == [1, 1]


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


# What reads all of its input, and what sees the whole image

SKIPPING = {"conv": 1, "kernel": 1, "stride": 2}
POOL = {"adaptive_avg_pool": 1}


def both(layers, shape):
    """Return what the rule or the elements say, which must be one answer, of the last layer."""
    graph = network(layers, shape)
    followed = extents(graph)[graph.root.exit]
    found = receptive_fields(graph)[graph.root.exit]
    sizes = followed and tuple(extent.field_size for extent in followed)
    assert (found.axes and tuple(field.size for field in found.axes)) == sizes
    return followed and tuple(extent.read[0] for extent in followed)


def test_a_pool_over_what_a_stride_has_skipped_does_not_see_the_whole_image():
    assert both([SKIPPING, POOL], (1, 8, 8)) == ((0, 6), (0, 6))
    assert both([SKIPPING, POOL, {"conv": 1, "kernel": 1}], (1, 8, 8)) == ((0, 6), (0, 6))
    # All from the first to the last, and not what lies in between.
    assert both([SKIPPING, POOL], (1, 7, 7)) == ((0, 6), (0, 6))
    assert both([{**SKIPPING, "stride": [1, 2]}, POOL], (1, 8, 8)) == ((0, 7), (0, 6))


def test_what_a_stride_passes_over_may_have_been_seen_before():
    assert both([CONV3, SKIPPING, POOL], (1, 8, 8)) is None
    assert both([{"conv": 1, "kernel": 2, "dilation": 2}, POOL], (1, 8, 8)) is None
    # Rows 0, 2, 4, 6 by one path, 1, 3, 5, 7 by the other.
    odd = {"conv": 1, "kernel": [2, 1], "dilation": [2, 1], "padding": [1, 0], "stride": [2, 1]}
    even = {"conv": 1, "kernel": 1, "stride": [2, 1]}
    assert both([even, POOL], (1, 8, 8)) == ((0, 6), (0, 7))
    assert both([{"branches": [even, odd], "join": "concat"}, POOL], (1, 8, 8)) is None


def test_a_floor_that_drops_the_last_rows_is_seen():
    assert both([{"conv": 1, "kernel": 3, "stride": 3}, POOL], (1, 8, 9)) == ((0, 5), (0, 8))


def test_a_gate_of_all_of_the_image_shows_all_of_it_to_what_it_scales():
    gate = {"gate": POOL, "out": {"multiply": ["input", "gate"]}}
    assert both(gate, (1, 8, 8)) is None
    partial = {"gate": {"layers": [SKIPPING, POOL]}, "out": {"multiply": ["input", "gate"]}}
    assert both(partial, (1, 8, 8)) == ((0, 6), (0, 6))


def test_of_a_padded_pool_not_all_elements_see_the_image():
    graph = network([POOL, {"conv": 1, "kernel": 1, "padding": 1}], (1, 4, 4))
    followed = extents(graph)[graph.root.exit]
    assert followed[0].read == (None, (0, 3), None)
    assert [f.size for f in receptive_fields(graph)[graph.root.exit].axes] == [4, 4]


def test_two_transposed_convolutions_in_a_row_have_one_answer():
    down = {"conv": 1, "kernel": 3, "stride": 2, "padding": 1}
    up = {"conv_transpose": 1, "kernel": 3, "stride": 2, "padding": 1}
    graph = network([down, down, up, up], (1, 64, 64))
    assert receptive_fields(graph)[graph.root.exit] == Fields((Field(11, 1), Field(11, 1)))


@pytest.mark.parametrize("size", [2, 3])
def test_bilinear_resizing_that_keeps_the_size_reads_one_element_each(size):
    graph = network([{"upsample": 1.3, "mode": "bilinear"}], (1, size, size))
    assert seen(graph) == square(1, 1)
    assert footprints(graph) == (1, 1)


def test_paths_that_are_shifted_see_their_hull():
    early, late = ({"conv": 1, "kernel": [k, 1], "padding": [p, 0]} for k, p in ((2, 1), (1, 0)))
    body = {"branches": [{"layers": [early, {"conv": 1, "kernel": [2, 1]}]}, late], "join": "add"}
    assert both([body], (1, 8, 8)) == ((0, 1), (0, 0))
    assert seen(network([body]))[0] == (3, 1)


def test_an_image_too_large_to_follow_costs_nothing():
    graph = network([CONV3, {"upsample": 2}, SKIPPING, POOL], (1, 2**30, 4))
    with pytest.raises(TooLargeError):
        extents(graph)
    found = receptive_fields(graph)
    assert found[graph.nodes[0]] == Fields((Field(3, 1), Field(3, 1)))
    assert found[graph.root.exit] == Fields(None, exact=False)


DRAWS = [
    {"conv": 1, "kernel": 3, "stride": 2, "padding": 1},
    {"conv": 1, "kernel": [1, 2], "stride": [3, 2]},
    {"conv": 1, "kernel": 2, "dilation": 3, "padding": 2},
    {"conv_transpose": 1, "kernel": [2, 3], "stride": 2, "output_padding": 1},
    {"conv_transpose": 1, "kernel": 3, "stride": 2, "dilation": 2, "padding": 1},
    {"upsample": 1.5, "mode": "bilinear"},
    {"upsample": [2, 0.75]},
    {"adaptive_avg_pool": [3, 4]},
    {"avg_pool": 2, "stride": 3, "padding": 1, "ceil_mode": True},
    SKIPPING,
    POOL,
]


@pytest.mark.parametrize("seed", range(12))
def test_random_networks_see_what_their_jacobian_says(seed):
    _hold_jacobian(random.Random(seed), networks=6)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_many_random_networks_see_what_their_jacobian_says(seed):
    _hold_jacobian(random.Random(seed), networks=60)


def _hold_jacobian(rng, networks):
    held = 0
    while held < networks:
        layers = [rng.choice(DRAWS) for _ in range(rng.randint(1, 4))]
        layers += ["flatten", {"linear": 2}] if rng.random() < 0.2 else []
        shape = (1, rng.randint(3, 10), rng.randint(3, 10))
        graph = check({"archc": 1, "input": [*shape], "layers": layers}).sound
        if graph is None:
            continue
        held += 1
        found, fields = extents(graph)[graph.root.exit], receptive_fields(graph)[graph.root.exit]
        assert (found is None) == (fields.axes is None)
        depends = _jacobian(graph)
        for axis, others in enumerate([(1, 3), (0, 2)]):
            rows = depends.any(others[1]).any(others[0])
            if found is None:
                assert rows.all(), (layers, shape)
                continue
            assert fields.axes[axis].size == found[axis].field_size
            places = [row.nonzero().flatten().tolist() for row in rows]
            hulls = tuple((row[0], row[-1]) if row else None for row in places)
            assert found[axis].read == hulls, (layers, shape, axis)


def _jacobian(graph):
    """Return which element of the output, by row and column, depends on which pixel."""
    module = compile_graph(graph, seed=0).double().eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(0.5, 1.5)  # so that nothing cancels
    image = torch.rand(1, *graph.input.shape, dtype=torch.double)
    found = torch.autograd.functional.jacobian(lambda x: module(x).sum(1), image)[
        0, ..., 0, 0, :, :
    ]
    return (
        found.reshape(*(found.shape[:2] if found.dim() == 4 else (1, 1)), *image.shape[2:]).abs()
        > 1e-12
    )
