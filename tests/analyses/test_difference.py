"""A difference is empty for the same, turned round for the reverse, and right on keys."""

import json
from pathlib import Path

import pytest
from graphs import network
from hypothesis import given, settings
from hypothesis import strategies as st
from random_specs import spec

import archc
from archc.analyses.difference import difference
from archc.graph.graph import Graph
from archc.pipeline import check
from archc.report.difference_text import difference_github, difference_json, difference_text

RESNET = Path("specs/resnet18.yaml").read_text("utf-8")


@settings(max_examples=40)
@given(spec(), spec())
def test_the_laws_on_random_pairs(one: object, two: object) -> None:
    old, new = check(one).sound, check(two).sound
    if old is None or new is None:
        return
    assert difference(old, old).same
    there, back = difference(old, new), difference(new, old)
    assert difference_text(there, new).count("\n") > 0
    assert json.loads(json.dumps(difference_json(there)))["same"] is there.same
    assert all(line.startswith("::notice ") for line in difference_github(there, new).splitlines())
    assert (there.added, there.removed) == (back.removed, back.added)
    mine, theirs = (archc.compile(given).state_dict() for given in (two, one))
    assert set(there.keys.lost) == set(theirs) - set(mine)
    assert set(there.keys.fresh) == set(mine) - set(theirs)
    both = {key for key in mine if key in theirs}
    assert set(there.keys.reshaped) == {k for k in both if mine[k].shape != theirs[k].shape}
    assert set(there.keys.kept) == both - set(there.keys.reshaped)
    assert {(change.old, change.new) for change in there.changed} == {
        (change.new, change.old) for change in back.changed
    }
    assert {(a, b) for a, b in there.moved} == {(b, a) for a, b in back.moved}
    assert {v: k for k, v in there.keys.renamed.items()} == back.keys.renamed
    for name, now in there.keys.renamed.items():
        assert theirs[name].shape == mine[now].shape


@settings(max_examples=25)
@given(spec(), spec())
def test_keys_become_what_torch_says_that_they_do(one: object, two: object) -> None:
    old, new = check(one).sound, check(two).sound
    if old is None or new is None:
        return
    keys = difference(old, new).keys
    state, module = archc.compile(one).state_dict(), archc.compile(two)
    report = module.load_state_dict(
        {name: state[name] for name in state if name not in keys.reshaped}, strict=False
    )
    assert set(report.unexpected_keys) == set(keys.lost)
    # A state without a version is taken for one from before these counts, which then begin at 0.
    missing = {*keys.fresh, *keys.reshaped}
    assert set(report.missing_keys) == {k for k in missing if not k.endswith("batches_tracked")}
    if keys.reshaped:
        with pytest.raises(RuntimeError, match="size mismatch") as caught:
            module.load_state_dict(state, strict=False)
        assert all(name in str(caught.value) for name in keys.reshaped)


PLACED: dict[str, dict[str, object]] = {
    "a": {"relu": None},
    "b": {"tanh": None},
    "c": {"conv": 4, "kernel": 1},
    "d": {"batch_norm": None},
}


@st.composite
def wired(draw: st.DrawFn) -> Graph:
    """Draw a network of the same four layers, in any order, each of which may read any before."""
    order = draw(st.permutations(list(PLACED)))
    layers = {}
    for i, name in enumerate(order):
        source = draw(st.sampled_from([None, None, "input", *order[:i]]))
        layers[name] = PLACED[name] | ({"from": source} if source else {})
    return network(layers, shape=(4, 8, 8))


@settings(max_examples=100)
@given(wired(), wired())
def test_networks_of_the_same_layers_are_the_same_if_they_are_wired_alike(
    old: Graph, new: Graph
) -> None:
    wires = [
        ({n.path: [r.path for r in n.reads] for n in g.nodes}, g.outputs[""].path)
        for g in (old, new)
    ]
    there, back = difference(old, new), difference(new, old)
    assert there.same is (wires[0] == wires[1])
    assert {(c.old, c.new) for c in there.changed} == {(c.new, c.old) for c in back.changed}


def test_layers_that_change_places_are_one_change() -> None:
    a, b, c, d = ({name: layer} for name, layer in PLACED.items())
    old, new = (network({**a, **x, **y, **d}, shape=(4, 8, 8)) for x, y in ((b, c), (c, b)))
    assert difference_text(difference(old, new), new).splitlines()[:2] == ["~ c: from b → a", ""]


def test_another_output_is_a_change_of_the_network() -> None:
    a, b, c = ({name: PLACED[name]} for name in "abc")
    b["b"] = c["c"] = {"relu": None, "from": "a"}
    old, new = (network({**a, **x, **y}, shape=(4, 8, 8)) for x, y in ((b, c), (c, b)))
    assert difference_text(difference(old, new), new).startswith("~ network: output c → b\n\n")


def test_comments_and_spelling_are_no_difference() -> None:
    respelt = "# a comment\n" + RESNET.replace(
        "{conv: 64, kernel: 7,", "{conv: 64, kernel: [7, 7],"
    )
    assert difference(archc.load(RESNET).graph, archc.load(respelt).graph).same


def test_a_change_in_a_block_is_reported_at_the_block() -> None:
    changed = RESNET.replace("bn2: batch_norm", "bn2: {batch_norm: , eps: 0.001}")
    new = archc.load(changed).graph
    report = difference_text(difference(archc.load(RESNET).graph, new), new)
    assert report.startswith("~ block basic_block (8 uses): bn2: eps 1e-05 → 0.001\n")
    assert "keys of a checkpoint: 122 kept\n" in report


def edited(*changes: tuple[str, str], of: str = RESNET) -> str:
    """Return the report on a spec in which texts were replaced."""
    changed = of
    for old, new in changes:
        assert old in changed
        changed = changed.replace(old, new)
    new_graph = archc.load(changed).graph
    return difference_text(difference(archc.load(of).graph, new_graph), new_graph)


def test_a_layer_with_another_name_is_renamed() -> None:
    report = edited(("conv1: {conv: 64, kernel: 7,", "stem: {conv: 64, kernel: 7,"))
    assert report.startswith("~ stem: renamed, it was conv1\n\n")
    assert "  renamed: conv1.weight → stem.weight\n" in report


def test_a_stage_with_another_name_is_renamed_as_a_whole() -> None:
    assert edited(("layer3:", "stage3:")).startswith("~ stage3: renamed, it was layer3 (16 layers)")


def test_a_layer_of_a_block_is_renamed_once() -> None:
    report = edited(("bn2", "norm2"))
    assert report.startswith("~ block basic_block (8 uses): norm2: renamed, it was bn2\n\n")


def test_a_layer_may_be_renamed_and_changed() -> None:
    report = edited(("fc: {linear: $classes}", "head: {linear: 10}"))
    assert report.startswith("~ head: renamed, it was fc\n~ head: features 1000 → 10\n\n")


def test_what_stands_elsewhere_is_not_renamed() -> None:
    report = edited(("  relu: relu\n  maxpool", "  maxpool"), ("  fc:", "  act: relu\n  fc:"))
    assert report.startswith("- relu: relu\n+ act: relu\n\n")


def test_a_block_that_is_called_otherwise_is_the_same() -> None:
    assert edited(("basic_block", "plain_block")) == "the same network\n"


def test_a_block_that_was_added_is_one_line_and_no_reader_of_it_is_rewired() -> None:
    report = edited(
        ("{basic_block: 64}]", "{basic_block: 64}, {basic_block: 64}]"),
    )
    assert report.startswith("+ layer1.2: basic_block 64 (7 layers)\n\n")


def test_one_line_that_is_repeated_is_reported_once() -> None:
    vgg = Path("specs/vgg16.yaml").read_text("utf-8")
    report = edited(("padding: same}, relu]", "padding: same}, batch_norm, relu]"), of=vgg)
    assert report.startswith("+ features.1 and 12 more: batch_norm\n  30 layers renumbered: ")


def test_what_a_block_passes_to_another_is_reported_at_the_outer_one() -> None:
    googlenet = Path("specs/googlenet.yaml").read_text("utf-8")
    report = edited(("3a: {inception: [64, 96, 128", "3a: {inception: [64, 96, 160"), of=googlenet)
    assert report.splitlines()[:2] == [
        "~ inception3a: c3 128 → 160 (and with it 1 layer inside)",
        "  and 5 layers downstream with other shapes: "
        "inception3a.branch2.1.conv 128×28×28 → 160×28×28 and 4 more",
    ]


def test_of_a_layer_in_a_block_what_its_arguments_do_not_explain_is_reported_at_the_layer() -> None:
    old = """archc: 1
input: [1, 8, 8]
blocks: {b: {params: {n: }, layers: {c: {conv: $n, kernel: 3, padding: 1}}}}
layers: {x: {b: 4}, y: {b: 5}}
"""
    report = edited(
        ("kernel: 3, padding: 1", "kernel: 5, padding: 2"), ("x: {b: 4}", "x: {b: 6}"), of=old
    )
    assert report.splitlines()[:2] == [
        "~ block b (2 uses): c: kernel 3 → 5, padding 1 → 2",
        "~ x: n 4 → 6 (and with it 1 layer inside)",
    ]


def test_a_change_inside_that_the_outer_one_does_not_explain_is_reported_too() -> None:
    googlenet = Path("specs/googlenet.yaml").read_text("utf-8")
    report = edited(
        ("3a: {inception: [64, 96, 128", "3a: {inception: [64, 96, 160"),
        ("{conv_bn: $c3, kernel: 3, padding: 1}", "{conv_bn: $(c3 + 1), kernel: 3, padding: 1}"),
        of=googlenet,
    )
    assert "~ inception3a.branch2.1: width 128 → 161" in report


def test_a_row_inserted_in_a_list_renumbers_and_changes_nothing_else() -> None:
    rows = [{"conv": 4, "kernel": 3}, "relu", {"conv": 8, "kernel": 3}]
    found = difference(network(rows), network([rows[0], "batch_norm", *rows[1:]]))
    assert [node.path for node in found.added] == ["1"]
    assert not found.changed
    assert [(a.path, b.path) for a, b in found.moved] == [("1", "2"), ("2", "3")]


def test_an_inserted_named_layer_keeps_every_other_key() -> None:
    changed = RESNET.replace("  maxpool:", "  extra: {conv: 64, kernel: 1}\n  maxpool:")
    found = difference(archc.load(RESNET).graph, archc.load(changed).graph)
    assert [node.path for node in found.added] == ["extra"]
    assert not [*found.changed, *found.keys.lost, *found.keys.reshaped]
    assert found.keys.fresh == ("extra.weight",)


def test_an_empty_body_returns_what_only_one_network_has() -> None:
    conv = {"conv": 4, "kernel": 1}
    empty = {"layers": [{"tanh": None, "if": False}]}
    old = network({"a": "relu", "empty": empty, "c": conv}, shape=(4, 8, 8))
    new = network({"b": "sigmoid", "c": conv}, shape=(4, 8, 8))
    assert not difference(old, new).same
    assert not difference(new, old).same
