"""A sound graph has no doubts, and its verbs say who reads what."""

import pytest

from archc.graph.graph import Graph, Node, UnknownError
from archc.pipeline import check

TEXT = """
archc: 1
input: [4, 8, 8]
layers:
  stem: {conv: 4, kernel: 1}
  body: {layers: {a: relu, inner: {layers: {b: tanh}}}}
  two: {add: [body, stem]}
auxiliary:
  head: {from: stem, layers: {flat: flatten, out: {linear: 3}}}
"""
BROKEN = """
archc: 1
input: [4, 8, 8]
layers: {a: {conv: 4, kernel: 9}, b: relu, c: {conv: $(in_channels), kernel: 1}}
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    checked = check(TEXT)
    assert checked.sound is not None, "\n".join(map(str, checked.diagnostics))
    return checked.sound


def node(graph: Graph, path: str) -> Node:
    return next(one for one in graph.nodes if one.path == path)


def test_a_broken_network_has_no_graph_and_its_nodes_say_so() -> None:
    checked = check(BROKEN)
    assert checked.sound is None
    assert checked.network is not None
    too_small, after, wrong = checked.network.nodes
    assert (too_small.inferred, after.inferred, wrong.built) == (None, None, None)
    with pytest.raises(UnknownError, match="the shape of a is not known"):
        _ = after.reads[0].shape
    with pytest.raises(UnknownError, match="c has no operator"):
        _ = wrong.operator
    with pytest.raises(UnknownError):
        checked.network.sound()


def test_only_the_input_has_no_operator(graph: Graph) -> None:
    assert graph.input.is_input
    assert not any(one.is_input for one in graph.nodes)
    assert graph.input.scope is graph.root
    with pytest.raises(UnknownError):
        _ = graph.input.operator


def test_ancestors_go_from_the_innermost_to_the_root(graph: Graph) -> None:
    inner = node(graph, "body.inner.b")
    assert [scope.path for scope in inner.ancestors()] == ["body.inner", "body", ""]
    assert [scope.path for scope in inner.scope.ancestors()] == ["body", ""]
    assert list(graph.root.ancestors()) == []


def test_a_node_is_within_a_child_of_every_scope_around_it(graph: Graph) -> None:
    inner = node(graph, "body.inner.b")
    assert inner.within(inner.scope) is inner
    assert inner.within(graph.root) is inner.scope.parent
    assert node(graph, "stem").within(inner.scope) is None


def test_who_reads_a_value(graph: Graph) -> None:
    stem, relu, two = node(graph, "stem"), node(graph, "body.a"), node(graph, "two")
    assert [one.path for one in graph.readers[stem]] == ["body.a", "two", "head.flat"]
    assert graph.sole_reader(stem) is None
    assert graph.sole_reader(relu) is node(graph, "body.inner.b")
    assert graph.sole_reader(two) is None
    assert graph.handed_out == {two, stem}


def test_a_value_that_is_read_twice_by_one_node_has_no_sole_reader() -> None:
    text = "archc: 1\ninput: [4]\nlayers: {a: relu, b: {add: [a, a]}}"
    twice = check(text).sound
    assert twice is not None
    assert twice.sole_reader(twice.nodes[0]) is None


def test_heads_come_after_what_evaluation_computes(graph: Graph) -> None:
    paths = [one.path for one in graph.evaluated]
    assert paths == ["stem", "body.a", "body.inner.b", "two"]
    assert {one.path for one in graph.auxiliary} == {"head.flat", "head.out"}
    assert [one.path for one in graph.results] == ["two", "head.out"]
