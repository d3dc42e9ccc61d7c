"""Every pass, alone and together, changes no result, renames nothing saved and says what it did."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import pytest
import torch
from floating import difference
from graphs import network, node, shipped, shipped_names, sound
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from optimising import BOUND, EXACT, carried, outputs, plain_module
from random_specs import spec as random_spec
from trained import depends, trained_module

from archc import passes
from archc.analyses.keys import state_keys
from archc.emit.emit import emit
from archc.graph.graph import Graph
from archc.ops.base.convolution import Convolution
from archc.ops.conv import Conv
from archc.ops.internal.packed_conv import PackedConv
from archc.ops.internal.winograd_conv import WinogradConv
from archc.passes.base.mapping import Kept, keys_read
from archc.passes.base.optimised import Optimised
from archc.pipeline import check

BUNDLES = passes.bundles()
ALL = (*BUNDLES, *passes.names())
EXAMPLES = 30


def assert_sound(graph: Graph, optimised: Optimised) -> None:
    """The rewritten graph is one, and its mapping covers its keys with keys that there are."""
    rewritten = optimised.graph
    seen = {rewritten.input}
    for index, at in enumerate(rewritten.nodes):
        assert at.index == index
        assert seen.issuperset(at.reads), f"{at.path} reads what comes later"
        assert at.shape == at.operator.shape(at.operand)
        seen.add(at)
    assert set(rewritten.root.nodes()) == set(rewritten.nodes)
    assert len({at.path for at in rewritten.nodes}) == len(rewritten.nodes)
    assert seen.issuperset(rewritten.outputs.values())
    assert [v.shape for v in rewritten.outputs.values()] == [
        v.shape for v in graph.outputs.values()
    ]
    plain, keys = state_keys(graph), state_keys(rewritten)
    assert set(optimised.mapping) == set(keys)
    read = [key for source in optimised.mapping.values() for key in keys_read(source)]
    assert set(read) <= set(plain)
    for key, source in optimised.mapping.items():
        if key in plain:  # a key that is left means the layer that it meant
            assert key in keys_read(source) or key not in read
            assert keys[key].shape == plain[key].shape
        assert not isinstance(source, Kept) or source.key == key


def assert_passes_keep_results(graph: Graph, changed: Counter[str]) -> None:
    """Every pass alone and each bundle gives what the plain network does, and does it once."""
    module = plain_module(graph).double()
    x = torch.randn(2, *graph.input.shape, dtype=torch.float64)
    expected = outputs(module, x)
    assume(all(value.isfinite().all() for value in expected))
    for name in ALL:
        optimised = passes.optimise(graph, name)
        changed.update(change.name for change in optimised.changes if name not in BUNDLES)
        assert_sound(graph, optimised)
        given = outputs(carried(optimised, module), x)
        assert difference(expected, given) <= EXACT, f"{name}: {optimised.report()}"
        again = passes.optimise(optimised.graph, name)
        assert not again.changes, f"{name} finds more to do: {again.report()}"
        assert all(source == Kept(key) for key, source in again.mapping.items())


def examples(spec: st.SearchStrategy[Any], check_one: Callable[[Any], None]) -> None:
    quiet = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    quiet(given(spec=spec)(lambda spec: check_one(spec)))()


def test_passes_change_no_result_of_random_networks() -> None:
    def one(spec: dict[str, Any]) -> None:
        graph = check(spec).sound
        assume(graph is not None)
        assert graph is not None
        assert_passes_keep_results(graph, Counter())

    examples(random_spec(), one)


def test_passes_change_no_result_where_all_of_them_find_something_to_do() -> None:
    changed: Counter[str] = Counter()

    def one(spec: dict[str, Any]) -> None:
        assert_passes_keep_results(sound(spec), changed)

    examples(rewritable(), one)
    rare = [name for name in passes.names() if changed[name] < EXAMPLES / 4]
    assert not rare, f"hardly tested: {changed}"


@st.composite
def unit(draw: Any) -> list[Any]:
    """A convolution with what passes look for behind it; it keeps height and width."""
    kernel, padding = draw(st.sampled_from([(1, 0), (1, 0), (3, 1)]))
    conv = {"conv": draw(st.integers(1, 5)), "kernel": kernel, "padding": padding}
    conv["bias"] = draw(st.booleans())
    norm = {"batch_norm": None, "eps": draw(st.sampled_from([1e-5, 0.1]))}
    norm["affine"] = draw(st.booleans())
    tail = st.sampled_from(["relu", "relu", "dropout", "identity", "tanh"])
    return [conv, *draw(st.sampled_from([[], [norm], [norm]])), *draw(st.lists(tail, max_size=2))]


@st.composite
def rewritable(draw: Any) -> dict[str, Any]:
    """A network of units and of branches that begin alike, as those of an Inception do."""
    layers: list[Any] = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            layers += draw(unit())
            continue
        first = {"kernel": 1, "bias": draw(st.booleans())}
        tail = draw(st.sampled_from([[], ["relu"], ["batch_norm"], ["batch_norm", "relu"]]))
        branches = {
            f"b{i}": [{"conv": draw(st.integers(1, 4)), **first}, *tail, *draw(unit())]
            for i in range(draw(st.integers(2, 3)))
        }
        layers.append({"branches": branches, "join": "concat"})
    if draw(st.booleans()):
        layers += [{"adaptive_avg_pool": 2}, "flatten", {"linear": 3}, "batch_norm"]
    return {"archc": 1, "input": [draw(st.integers(1, 3)), 5, 4], "layers": layers}


@pytest.mark.parametrize("name", shipped_names("lenet5", "cifar/resnet18"))
def test_optimised_specs_that_ship_give_the_same_in_float32(name: str) -> None:
    graph = shipped(name)
    module = trained_module(graph)
    x = torch.randn(2, *graph.input.shape)
    expected = outputs(module, x)
    assert all(map(depends, expected))
    for bundle in ("inference", "onnxruntime"):
        optimised = passes.optimise(graph, bundle)
        assert_sound(graph, optimised)
        assert difference(expected, outputs(carried(optimised, module), x)) <= BOUND


def test_a_pass_leaves_the_graph_that_it_is_given() -> None:
    graph = shipped("googlenet")
    before = emit(graph).source
    passes.optimise(graph)
    assert emit(graph).source == before


def test_an_unknown_optimisation_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="inference, onnxruntime, portable, pt2, channels_last"):
        passes.optimise(shipped("lenet5"), "speed")


# What each pass does, and what it leaves alone


def test_batch_norms_fold_into_every_kind_of_layer_before_them() -> None:
    layers = {
        "conv": {"conv": 4, "kernel": 3, "groups": 2},
        "a": "batch_norm",
        "up": {"conv_transpose": 6, "kernel": 2, "stride": 2, "groups": 2, "bias": False},
        "b": {"batch_norm": None, "affine": False},
        "flatten": "flatten",
        "fc": {"linear": 5},
        "c": "batch_norm",
        "d": "batch_norm",
    }
    graph = network(layers, (2, 6, 6))
    optimised = passes.optimise(graph, "fold_batch_norm")
    assert [at.name for at in optimised.graph.nodes] == ["conv", "up", "flatten", "fc"]
    module = plain_module(graph).double()
    x = torch.randn(3, 2, 6, 6, dtype=torch.float64)
    assert difference(outputs(module, x), outputs(carried(optimised, module), x)) < EXACT


@pytest.mark.parametrize(
    "layers",
    [
        {"conv": {"conv": 4, "kernel": 1}, "bn": "batch_norm", "add": {"add": ["conv", "bn"]}},
        {"conv": {"conv": 4, "kernel": 1}, "relu": "relu", "bn": "batch_norm"},
        {
            "conv": {"conv": 4, "kernel": 1},
            "bn": {"batch_norm": None, "track_running_stats": False},
        },
    ],
)
def test_a_batch_norm_stays_where_folding_would_change_something(layers: dict[str, Any]) -> None:
    optimised = passes.optimise(network(layers), "fold_batch_norm")
    assert not optimised.changes


def test_a_batch_norm_stays_behind_an_output() -> None:
    layers = {"conv": {"conv": 4, "kernel": 1}, "bn": "batch_norm"}
    graph = network(layers, outputs={"raw": "conv", "normed": "bn"})
    assert not passes.optimise(graph, "fold_batch_norm").changes


def test_siblings_of_an_inception_become_one_convolution() -> None:
    optimised = passes.optimise(shipped("googlenet"), ["fold_batch_norm", "merge_siblings"])
    merged = node(optimised.graph, "inception3a.merged")
    assert merged.shape == (64 + 96 + 16, 28, 28)
    assert list(keys_read(optimised.mapping["inception3a.merged.bias"]))[::4] == [
        "inception3a.branch1.bn.weight",
        "inception3a.branch2.0.bn.weight",
        "inception3a.branch3.0.bn.weight",
    ]


@pytest.mark.parametrize("other", [{"stride": 2}, {"bias": False}, {"kernel": 3}, {"groups": 3}])
def test_convolutions_that_differ_are_not_merged(other: dict[str, Any]) -> None:
    first, second = {"conv": 3, "kernel": 1}, {"conv": 3, "kernel": 1, **other}
    pool = [second, {"adaptive_avg_pool": 1}]
    layers = [{"branches": {"a": [first, {"adaptive_avg_pool": 1}], "b": pool}, "join": "concat"}]
    assert not passes.optimise(network(layers, (3, 8, 8)), "merge_siblings").changes


@pytest.mark.parametrize("alike", [{"kernel": 3}, {"kernel": 1, "groups": 2}])
def test_siblings_that_are_not_plain_1x1_convolutions_stay(alike: dict[str, Any]) -> None:
    branches = {"a": [{"conv": 4, **alike}], "b": [{"conv": 6, **alike}]}
    graph = network([{"branches": branches, "join": "concat"}], (4, 5, 5))
    assert not passes.optimise(graph, "merge_siblings").changes


RELU_READ_TWICE = {
    "a": {"conv": 2, "kernel": 1, "from": "input"},
    "b": {"conv": 2, "kernel": 1, "from": "input"},
    "relu_a": {"relu": None, "from": "a"},
    "relu_b": {"relu": None, "from": "b"},
    "sum": {"add": ["a", "relu_a", "relu_b"]},
}
ONE_TANH = {
    **RELU_READ_TWICE,
    "relu_a": {"tanh": None, "from": "a"},
    "sum": {"add": ["relu_a", "relu_b"]},
}


@pytest.mark.parametrize(
    ("layers", "outputs_"),
    [
        (RELU_READ_TWICE, {"sum": "sum"}),
        (ONE_TANH, {"sum": "sum"}),
        ({**RELU_READ_TWICE, "sum": {"add": ["relu_a", "relu_b"]}}, {"raw": "a", "sum": "sum"}),
    ],
)
def test_relus_are_merged_only_where_nothing_else_reads_a_sibling(
    layers: dict[str, Any], outputs_: dict[str, str]
) -> None:
    graph = network(layers, (3, 5, 5), outputs=outputs_)
    optimised = passes.optimise(graph, "merge_siblings")
    names = [at.name for at in optimised.graph.nodes]
    assert "merged" in names
    assert "merged_relu" not in names
    module = plain_module(graph).double()
    x = torch.randn(2, 3, 5, 5, dtype=torch.float64)
    assert difference(outputs(module, x), outputs(carried(optimised, module), x)) <= EXACT


def test_two_families_in_one_scope_bear_two_names() -> None:
    layers = {
        **RELU_READ_TWICE,
        "c": {"conv": 3, "kernel": 1, "from": "sum"},
        "d": {"conv": 3, "kernel": 1, "from": "sum"},
        "end": {"add": ["c", "d"]},
    }
    graph = network(layers, (3, 5, 5))
    optimised = passes.optimise(graph, "merge_siblings")
    assert_sound(graph, optimised)
    assert len(optimised.changes[0].places) == 2


def test_the_bundle_packs_what_it_has_folded_and_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    *_, winograd, packed = passes.optimise(shipped("googlenet")).changes
    assert (
        winograd.what == "19 convolutions computed by Winograd's products, 19 with the ReLU behind"
    )
    assert packed.what == "20 convolutions packed, 20 with the ReLU behind"
    monkeypatch.undo()
    graph = passes.optimise(shipped("googlenet")).graph
    convs = [at.operator for at in graph.nodes if isinstance(at.operator, Convolution)]
    kinds = Counter(type(conv) for conv in convs)
    assert kinds == {WinogradConv: 8, PackedConv: 13, Conv: 18}
    assert isinstance(node(graph, "conv1.conv").operator, PackedConv)  # 802,816 outputs
    assert not isinstance(node(graph, "conv2.conv").operator, PackedConv)  # as many of a 1×1
    for at in graph.nodes:
        if isinstance(at.operator, Convolution) and not isinstance(at.operator, WinogradConv):
            large = prod(at.operator.weights(at.operand)["weight"]) >= 100_000
            assert isinstance(at.operator, PackedConv) >= large


def test_what_is_exported_leaves_layouts_and_packing_to_the_other_engine() -> None:
    changes = [
        change.name for change in passes.optimise(shipped("googlenet"), "onnxruntime").changes
    ]
    assert changes == ["drop_inference", "fold_batch_norm", "winograd"]
    graph = passes.optimise(shipped("googlenet"), "portable").graph
    convs = (at.operator for at in graph.nodes if isinstance(at.operator, Convolution))
    assert {type(conv) for conv in convs} == {Conv}


def test_heads_are_left_as_they_are_and_what_they_read_stays() -> None:
    layers = {"stem": {"conv": 4, "kernel": 1}, "relu": "relu", "a": {"conv": 3, "kernel": 1}}
    heads = {"h": {"from": "relu", "conv": 3, "kernel": 1, "loss_weight": 0.3}}
    heads["i"] = {"from": "stem", "conv": 3, "kernel": 1, "loss_weight": 0.3}
    graph = network(layers, (3, 5, 5), auxiliary=heads)
    assert not passes.optimise(graph, "merge_siblings").changes
    packed = passes.optimise(graph, "pack_convolutions").graph
    assert type(node(packed, "a").operator) is not type(node(packed, "h").operator)
    assert node(packed, "relu")
    normed = network(
        {"stem": layers["stem"], "bn": "batch_norm"}, (3, 5, 5), auxiliary={"i": heads["i"]}
    )
    assert not passes.optimise(normed, "fold_batch_norm").changes
    dropped = passes.optimise(graph, "drop_inference")
    assert [at.name for at in dropped.graph.nodes] == ["stem", "relu", "a"]


def test_a_head_of_nothing_stays_a_head() -> None:
    layers = {"a": "relu", "conv": {"conv": 2, "kernel": 3}}
    heads = {"h": {"from": "a", "layers": [{"conv": 1, "kernel": 3, "if": False}]}}
    graph = network(layers, (3, 5, 5), auxiliary=heads)
    for name in ("winograd", "channels_last"):
        optimised = passes.optimise(graph, [name, "drop_inference"])
        assert not optimised.graph.heads


def test_a_list_whose_first_layers_move_out_keeps_the_numbers_of_the_others() -> None:
    graph = passes.optimise(shipped("googlenet"), ["fold_batch_norm", "merge_siblings"]).graph
    source = emit(graph).source
    assert 'self.branch2 = nn.Sequential(OrderedDict([("1", ConvBn3(96, 128))]))' in source
    assert "nn.Identity()" not in source
    assert "inception3a.branch2.1.conv.weight" in state_keys(graph)


def test_what_evaluation_does_not_need_is_dropped_and_numbers_stay() -> None:
    at_random = ["dropout", {"stochastic_depth": 0.5}]
    layers = [{"linear": 4}, "relu", *at_random, "identity", {"slice": 4}, {"linear": 3}]
    optimised = passes.optimise(network(layers, (5,)), "drop_inference")
    assert list(optimised.mapping) == ["0.weight", "0.bias", "6.weight", "6.bias"]
    assert str(optimised.changes[0]) == "drop_inference: 4 dropped: 2, 3, 4, 5"


def test_a_chain_that_begins_with_what_is_dropped_is_a_module() -> None:
    graph = network(["identity", {"conv": 2, "kernel": 1}], (1, 3, 3))
    module = carried(passes.optimise(graph, "drop_inference"), plain_module(graph))
    assert list(module.state_dict()) == ["1.weight", "1.bias"]


def test_the_optimised_source_lays_maps_out_channels_last() -> None:
    graph = network([{"conv": 4, "kernel": 3}, "relu"], (3, 8, 8))
    optimised = passes.optimise(graph, "channels_last")
    module = carried(optimised, plain_module(graph))
    given = outputs(module, torch.randn(2, 3, 8, 8))[0]
    assert given.is_contiguous(memory_format=torch.channels_last)
    assert not passes.optimise(network([{"linear": 4}], (5,)), "channels_last").changes
    assert not passes.optimise(network(["relu"], (3, 4, 4)), "channels_last").changes


def test_ruff_format_leaves_optimised_sources_as_they_are(tmp_path: Path) -> None:
    listed = [{"conv": 4, "kernel": 1}, "dropout", {"conv": 2, "kernel": 1}, "relu"]
    graphs = [shipped(name) for name in ("googlenet", "resnet18", "vgg16")]
    for index, graph in enumerate([*graphs, network([{"layers": listed}], (3, 4, 4))]):
        for name in ALL:
            path = tmp_path / f"{name}{index}.py"
            path.write_text(emit(passes.optimise(graph, name).graph).source)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
