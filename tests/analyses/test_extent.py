"""What elements read, derived by hand, and against where NaNs of the input come out."""

import pytest
import torch
from graphs import SHIPPED, SPECS, network
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_specs import spec

from archc.analyses.extent import extents
from archc.analyses.field_rule import by_rule
from archc.module.live import compile_graph
from archc.pipeline import check

ONE = st.integers(0, 1)
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


@pytest.mark.parametrize(
    ("mode", "corners", "fields"),
    [
        ("nearest", False, [(0, 0), (0, 0), (1, 1), (1, 1)]),
        ("bilinear", False, [(-1, 0), (0, 1), (0, 1), (1, 2)]),
        ("bicubic", False, [(-2, 1), (-1, 2), (-1, 2), (0, 3)]),
        ("bilinear", True, [(0, 0), (0, 1), (0, 1), (1, 1)]),
    ],
)
def test_each_element_of_an_enlarged_map_has_its_own_field(mode, corners, fields):
    layer = {"upsample": 2, "mode": mode}
    found = extent([{**layer, "align_corners": True} if corners else layer], (1, 2, 2))
    assert (list(found.fields), found.exact) == (fields, True)


def test_uneven_windows_are_reported_one_by_one():
    found = extent([{"adaptive_avg_pool": [3, 2]}], (1, 5, 5))
    assert found.fields == ((0, 1), (1, 3), (3, 4))
    assert (found.smallest_size, found.field_size, found.exact) == (2, 3, True)


def test_what_a_transposed_convolution_steps_over_reads_nothing():
    layer = {"conv_transpose": 1, "kernel": 1, "stride": 2}
    found = extent([layer], (1, 3, 3))
    assert found.fields == found.read == ((0, 0), None, (1, 1), None, (2, 2))
    assert (found.smallest_size, found.field_size) == (0, 1)


def test_where_no_row_reads_anything_no_column_does():
    stepped = {"conv_transpose": 1, "kernel": [1, 2], "stride": 2, "padding": [1, 0]}
    graph = network([stepped, {"conv": 1, "kernel": 1, "stride": 2}], (1, 4, 4))
    height, width = extents(graph)[graph.root.exit]
    assert not any((*height.read, *width.read, *height.fields, *width.fields))


def test_padding_of_an_enlarged_map_goes_on_as_the_map_does():
    # Beyond the last of 0 0 1 1 … 7 7 come 8 and 8.
    found = extent([{"upsample": 2}, {"conv": 1, "kernel": 4, "padding": 2}], (1, 8, 8))
    assert (found.fields[0], found.fields[-1]) == ((-1, 0), (7, 8))
    assert found.exact


def test_of_paths_of_different_centres_the_first_centre_is_the_unions():
    same = {"conv": 1, "kernel": 4, "padding": "same"}  # reads from −1 to 2
    found = extent([{"branches": [same, "identity"], "join": "add"}])
    assert (found.fields[0], found.first_centre, found.first_padding) == ((-1, 2), 0.5, 1)
    assert found.beyond == (1, 2)


def test_a_1x1_map_that_is_padded_is_not_taken_for_one_that_a_join_repeats():
    layers = [{"adaptive_avg_pool": [1, 2]}, {"conv": 1, "kernel": 1, "padding": 1}]
    assert extent(layers, (1, 4, 4)).read == (None, (0, 3), None)


def test_vectors_of_maps_of_different_sizes_are_a_bound():
    small = {"layers": [{"max_pool": 2}, "flatten"]}
    found = extent([{"branches": ["flatten", small], "join": "concat"}], (1, 4, 4))
    assert (found.fields, found.exact) == (((0, 3),), False)


# Against the quick analysis, and against the real thing

# Its auxiliary head needs a large image, of which the places take a while.
LARGE = {"inception_v3": (3, 299, 299)}
NETWORKS = [pytest.param(n, marks=pytest.mark.long) if n in LARGE else n for n in SHIPPED]
SIZES = LARGE | {"resnet152": (3, 96, 96), "lenet5": (1, 32, 32), "notebook/lenet5": (1, 32, 32)}


def small(name):
    return at(name, SIZES.get(name, (3, 128, 128) if "vgg" not in name else (3, 64, 64)))


@pytest.mark.parametrize("name", NETWORKS)
def test_shipped_specs_see_by_the_rule_what_is_seen_element_by_element(name):
    graph = small(name)
    followed = extents(graph)
    for one, ruled in by_rule(graph).items():
        if ruled.exact:
            both = followed[one]
            by_element = both and [(e.field_size, e.jump) for e in both]
            assert by_element == (ruled.lines and [(f.size, f.jump) for f in ruled.lines])


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


@settings(max_examples=50)
@given(windows())
def test_nans_come_out_where_random_networks_are_said_to_read_them(layers):
    chain = [{"conv": 2, "kernel": 3, "padding": 1}, *layers]
    graph = check({"archc": 1, "input": [2, 40, 40], "layers": chain}).sound
    assume(graph is not None)
    _hold(graph, places=set(range(40)), holes=True)


@settings(max_examples=25)
@given(spec())
def test_nans_come_out_where_networks_of_all_operators_are_said_to_read_them(random):
    graph = check(random).sound
    assume(graph is not None and len(graph.input.shape) == 3)
    # Of two neighbours torch multiplies one by 0 where a position falls on the other: NaN, too.
    smooth = ("bilinear", "bicubic")
    assume(not any(getattr(node.operator, "mode", "") in smooth for node in graph.nodes))
    _hold(graph, places=set(range(max(graph.input.shape[1:]))), holes=True)


def resizing():
    """Layers of positive weights, under which nothing that is read has the gradient 0."""
    pair = st.tuples(st.integers(1, 4), st.integers(1, 3)).map(list)
    conv = st.fixed_dictionaries(
        {"conv": st.just(2), "kernel": pair, "stride": st.sampled_from([1, 2]), "padding": ONE}
    )
    transposed = st.fixed_dictionaries(
        {
            "conv_transpose": st.just(2),
            "kernel": pair,
            "stride": st.sampled_from([1, 2, 3]),
            "dilation": st.sampled_from([1, 2, 3]),
            "padding": ONE,
            "output_padding": ONE,
        }
    )
    mode = st.sampled_from(["nearest", "nearest-exact", "bilinear", "bicubic"])
    scale = st.sampled_from([0.5, 0.75, 1.5, 2, 3, [2, 1.25]])
    enlarged = st.builds(lambda m, s: {"upsample": s, "mode": m}, mode, scale)
    corners = st.builds(
        lambda m, n: {"upsample": None, "size": n, "mode": m, "align_corners": True},
        st.sampled_from(["bilinear", "bicubic"]),
        st.integers(1, 20),
    )
    adaptive = st.lists(st.integers(1, 9), min_size=2, max_size=2).map(
        lambda size: {"adaptive_avg_pool": size}
    )
    pool = st.builds(
        lambda k, c: {"avg_pool": k, "stride": 2, "ceil_mode": c}, st.integers(1, 3), st.booleans()
    )
    layer = conv | transposed | enlarged | corners | adaptive | pool
    branches = st.lists(layer, min_size=2, max_size=2).map(
        lambda both: {"branches": [*both], "join": "add"}
    )
    return st.lists(layer | branches, min_size=1, max_size=4)


@settings(max_examples=100)
@given(resizing())
def test_gradients_are_where_maps_of_other_sizes_are_said_to_be_read(layers):
    graph = check({"archc": 1, "input": [1, 11, 11], "layers": layers}).sound
    assume(graph is not None)
    both = extents(graph)[graph.root.exit]
    assume(both is not None)
    module = compile_graph(graph, seed=0).double().eval()
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.zero_() if name.endswith("bias") else parameter.uniform_(0.5, 1.5)
        # What is linear gives of a single lit pixel its gradients.
        pixels = torch.eye(11 * 11, dtype=torch.double).view(-1, 1, 11, 11)
        weights = module(pixels).abs().sum(1).unflatten(0, (11, 11))
    for axis, kept in enumerate([(0, 2), (1, 3)]):
        depends = (weights > 1e-12).movedim(kept, (0, 1)).flatten(2).any(2)
        for index, read in enumerate(both[axis].read):
            places = depends[:, index].nonzero().flatten().tolist()
            assert read == ((places[0], places[-1]) if places else None), (axis, index)


def _hold(graph, places, *, holes=False):
    """Assert for every layer that its module's NaNs are within what it reads, and reach its ends.

    A row of the input is made NaN; whatever reads one of its pixels is NaN as well.
    """
    module = compile_graph(graph, seed=0).eval()
    found = {}
    for name, child in list(module.named_modules())[1:]:
        child.register_forward_hook(lambda _, __, out, name=name: found.update({name: out}))
    stated = {one.path: both for one, both in extents(graph).items()}
    stated |= {scope.path: stated[scope.exit.path] for scope in graph.root.scopes()}
    for axis in (0, 1):
        poisoned = {}
        for place in sorted(place for place in places if place < graph.input.shape[axis + 1]):
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
