"""What elements read, derived by hand, and against where NaNs of the input come out."""

import pytest
import torch
from graphs import SHIPPED, SPECS, network
from hypothesis import assume, given
from hypothesis import strategies as st

from archc.analyses.extent import extents
from archc.analyses.receptive_field import receptive_fields
from archc.backends.live import compile_graph
from archc.pipeline import check

CONV3 = {"conv": 1, "kernel": 3, "padding": 1}


def extent(layers, shape=(1, 64, 64)):
    """Return what the last layer reads along the height."""
    graph = network(layers, shape)
    return extents(graph)[graph.root.exit][0]


def at(name, size):
    """Return the graph of a shipped spec at a size that is quick."""
    checked = check(SPECS / f"{name}.yaml", input_shape=size)
    assert checked.sound is not None
    return checked.sound


# Derived by hand


def test_without_padding_the_first_centre_is_the_middle_of_the_window():
    found = extent([{"conv": 1, "kernel": 5}])
    assert (found.first_centre, found.first_padding, found.beyond) == (2, 0, (0, 0))


def test_padding_moves_the_first_centre_back():
    found = extent([CONV3, CONV3])
    assert found.fields[0] == (-2, 2)
    assert found.read[0] == (0, 2)
    assert (found.first_centre, found.first_padding, found.beyond) == (0, 2, (2, 2))


def test_a_stride_that_does_not_come_out_even_reaches_less_far_behind():
    # Windows begin at −1, 1, …, 61: the last ends at 63, the last pixel.
    assert extent([{**CONV3, "stride": 2}]).beyond == (1, 0)


def test_ceil_mode_reaches_behind_the_image():
    found = extent([{"max_pool": 2, "ceil_mode": True}], (1, 5, 5))
    assert found.fields == ((0, 1), (2, 3), (4, 5))
    assert found.read == ((0, 1), (2, 3), (4, 4))


def test_paths_that_are_shifted_against_each_other_see_their_union():
    early = {"conv": 1, "kernel": 3, "padding": 2}
    late = {"conv": 1, "kernel": 5, "padding": 3}
    found = extent([{"branches": [early, late], "join": "add"}])
    assert found.fields[0] == (-3, 1)
    stretched = {"conv": 1, "kernel": 3, "dilation": 4, "padding": 4}
    found = extent([{"branches": [stretched, {"conv": 1, "kernel": 1}], "join": "add"}])
    assert found.fields[10] == (6, 14)


def test_of_a_dilated_window_at_the_border_the_taps_in_the_image_count():
    # Taps at −4, −1 and 2.
    assert extent([{"conv": 1, "kernel": 3, "dilation": 3, "padding": 4}]).read[0] == (2, 2)


def test_what_reads_nothing_but_padding_reads_nothing():
    assert extent([{"conv": 1, "kernel": 1, "padding": 1}]).read[0] is None


@pytest.mark.parametrize(
    ("mode", "read"), [("reflect", (0, 2)), ("replicate", (0, 0)), ("circular", (0, 63))]
)
def test_padding_that_is_no_zeros_is_taken_from_the_image(mode, read):
    found = extent([{"conv": 1, "kernel": 3, "padding": 2, "padding_mode": mode}])
    assert found.read[0] == read


def test_linear_layers_read_everything():
    graph = network(["flatten", {"linear": 3}])
    assert extents(graph)[graph.root.exit] is None


def test_fields_of_windows_of_a_fraction_are_no_exact_ones():
    assert not extent([{"upsample": 2, "mode": "bilinear"}]).exact
    assert extent([CONV3]).exact


# Against the quick analysis, and against the real thing

NETWORKS = [name for name in SHIPPED if not name.startswith("recipes/")]
SIZES = {"resnet152": (3, 96, 96), "lenet5": (1, 32, 32), "notebook/lenet5": (1, 32, 32)}


def small(name):
    return at(name, SIZES.get(name, (3, 128, 128) if "vgg" not in name else (3, 64, 64)))


@pytest.mark.parametrize("name", NETWORKS)
def test_sizes_and_jumps_of_shipped_specs_are_those_of_the_quick_analysis(name):
    graph = small(name)
    quick = receptive_fields(graph)
    for one, both in extents(graph).items():
        if both is not None and all(e.exact for e in both):
            assert [(e.field_size, e.jump) for e in both] == [(f.size, f.jump) for f in quick[one]]


@pytest.mark.parametrize("name", NETWORKS)
def test_nans_come_out_where_shipped_specs_are_said_to_read_them(name):
    graph = small(name)
    length = graph.input.shape[1]
    _hold(graph, places={0, 1, length // 2, length - 2, length - 1})


def windows():
    pair = st.tuples(st.integers(1, 4), st.integers(1, 3)).map(list)
    conv = st.fixed_dictionaries(
        {
            "conv": st.just(2),
            "kernel": pair,
            "stride": st.sampled_from([1, 1, 2]),
            "padding": st.integers(0, 3),
        }
    )
    dilated = st.fixed_dictionaries(
        {"conv": st.just(2), "kernel": st.just(2), "dilation": st.sampled_from([2, 3])}
    )
    pool = st.fixed_dictionaries(
        {
            "max_pool": st.just(3),
            "stride": st.sampled_from([1, 2, 3]),
            "padding": st.integers(0, 1),
            "ceil_mode": st.booleans(),
        }
    )
    body = {"layers": [{"conv": 2, "kernel": 3, "padding": 1}, "relu"]}
    residual = st.just({"branches": ["identity", body], "join": "add"})
    mode = st.sampled_from(["reflect", "replicate", "circular"])
    other = mode.map(lambda m: {"conv": 2, "kernel": 3, "padding": 2, "padding_mode": m})
    return st.lists(conv | dilated | pool | residual | other, min_size=1, max_size=4)


@given(windows())
def test_nans_come_out_where_random_networks_are_said_to_read_them(layers):
    chain = [{"conv": 2, "kernel": 3, "padding": 1}, *layers]
    graph = check({"archc": 1, "input": [2, 40, 40], "layers": chain}).sound
    assume(graph is not None)
    _hold(graph, places=set(range(40)), holes=True)


def _hold(graph, places, *, holes=False):
    """Assert for every layer that its module's NaNs are within what it reads, and reach its ends.

    A row of the input is made NaN; whatever reads one of its pixels is NaN as well.
    """
    module = compile_graph(graph, seed=0).eval()
    found = {}
    for name, child in module.named_modules():
        child.register_forward_hook(lambda _, __, out, name=name: found.update({name: out}))
    stated = {one.path: both for one, both in extents(graph).items()}
    stated |= {scope.path: stated[scope.exit.path] for scope in graph.root.scopes()}
    for axis in (0, 1):
        poisoned = {}
        for place in places:
            image = torch.rand(1, *graph.input.shape)
            image.select(axis + 2, place).fill_(torch.nan)
            with torch.no_grad():
                module(image)
            poisoned[place] = {name: _nan(out, axis) for name, out in found.items()}
        for name in found:
            if name in stated:
                nans = {place: by_name[name] for place, by_name in poisoned.items()}
                _compare(stated[name], axis, nans, name, holes)


def _nan(out, axis):
    """Return which rows (or columns) have a NaN; of a vector, whether all of it is."""
    if out.dim() == 4:
        return out.isnan().movedim(axis + 2, 0).flatten(1).any(1).tolist()
    return out.isnan().all().item()


def _compare(both, axis, nans, name, holes):
    for place, rows in nans.items():
        if both is None:
            assert rows is True or (isinstance(rows, list) and all(rows)), name
        elif isinstance(rows, list):
            read = [r is not None and r[0] <= place <= r[1] for r in both[axis].read]
            if both[axis].exact and not holes:
                assert rows == read, (name, place)
            assert all(inside or not nan for nan, inside in zip(rows, read, strict=True)), name
    if holes and both is not None and isinstance(nans[0], list) and both[axis].exact:
        for index, read in enumerate(both[axis].read):
            seen = [place for place in sorted(nans) if nans[place][index]]
            assert read == ((seen[0], seen[-1]) if seen else None), (name, index)
