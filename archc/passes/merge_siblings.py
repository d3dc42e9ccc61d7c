"""Convolutions that read the same value become one."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from archc.graph.graph import Graph, Node, Scope
from archc.ops.conv import Conv
from archc.ops.internal.slice import Slice
from archc.ops.relu import Relu
from archc.passes.draft import Draft
from archc.passes.mapping import Concatenated, Kept, Source
from archc.passes.optimised import Change, Optimised, kept, unchanged


def merge_siblings(graph: Graph) -> Optimised:
    """Merge sibling 1×1 convolutions into one and slice its output; so too the ReLUs after them.

    Exact: each output channel is computed from the same input by its own kernel, wherever the
    kernel stands, and ReLU is applied to each number alone. One matrix product with more rows
    costs less than several with few: the input is read once.

    Source: Szegedy et al. 2015, https://arxiv.org/abs/1409.4842, whose reductions these are.
    """
    draft = Draft(graph)
    mapping: dict[str, Source] = {}
    places = []
    for siblings in _families(draft.graph):
        paths = tuple(node.path for node in siblings)
        merged = _merge(draft, siblings)
        if merged is None:
            continue
        for name in merged.operator.weights(merged.operand):
            parts = tuple(Kept(f"{path}.{name}") for path in paths)
            mapping[f"{merged.path}.{name}"] = Concatenated(parts)
        places.append(f"{merged.path} of {' + '.join(paths)}")
    if not places:
        return unchanged(graph)
    rewritten = draft.finished()
    new = {key: source for key, source in kept(rewritten).items() if key not in mapping}
    what = f"{len(places)} famil{'ies' if len(places) > 1 else 'y'} of 1×1 convolutions merged"
    change = Change("merge_siblings", what, tuple(places))
    return Optimised(rewritten, {**new, **mapping}, (change,))


def _families(graph: Graph) -> list[list[Node]]:
    """Return the 1×1 convolutions that differ in nothing but their number of channels."""
    found: dict[tuple[Node, Conv], list[Node]] = {}
    for node in graph.nodes:
        conv = node.operator
        if not isinstance(conv, Conv) or conv.kernel != (1, 1) or conv.groups != 1:
            continue
        if node not in graph.auxiliary:
            alike = (node.reads[0], replace(conv, channels=1))
            found.setdefault(alike, []).append(node)
    return [siblings for siblings in found.values() if len(siblings) > 1]


def _merge(draft: Draft, siblings: list[Node]) -> Node | None:
    """Compute siblings in one node and return it, or None where there is no place for it."""
    first, value = siblings[0], siblings[0].reads[0]
    place = _place(siblings)
    if isinstance(place, Scope) and value in set(place.nodes()):
        return None
    assert isinstance(first.operator, Conv)
    widths = [node.operator.channels for node in siblings if isinstance(node.operator, Conv)]
    conv = replace(first.operator, channels=sum(widths))
    relus = _relus(draft.graph, siblings)
    merged = whole = draft.insert(conv, value, "merged", first, place)
    if relus:
        whole = draft.insert(Relu(), merged, "merged_relu", first, place)
    ends = list(accumulate(widths))
    for node, end, width in zip(relus or siblings, ends, widths, strict=True):
        part = draft.insert(
            Slice(end - width, end), whole, f"for_{_child(node, place)}", first, place
        )
        draft.read_instead(node, part)
    draft.remove([*siblings, *relus])
    return merged


def _relus(graph: Graph, siblings: list[Node]) -> list[Node]:
    """Return the ReLUs that alone read the siblings, or nothing if one has something else."""
    readers: dict[Node, list[Node]] = {node: [] for node in siblings}
    for node in graph.nodes:
        for read in node.reads:
            if read in readers:
                readers[read].append(node)
    shown = graph.handed_out
    alone = all(
        len(found) == 1 and isinstance(found[0].operator, Relu) and node not in shown
        for node, found in readers.items()
    )
    return [found[0] for found in readers.values()] if alone else []


def _place(siblings: list[Node]) -> Node | Scope:
    """Return the child of the innermost scope around all siblings that holds the first of them."""
    shared = [set(_around(node)) for node in siblings[1:]]
    child: Node | Scope = siblings[0]
    for scope in _around(siblings[0]):
        if all(scope in scopes for scopes in shared):
            return child
        child = scope
    raise AssertionError("every node stands in the root")


def _around(node: Node) -> Iterator[Scope]:
    return node.ancestors()


def _child(node: Node, place: Node | Scope) -> str:
    """Return the name of the sibling of `place` that `node` is or stands in."""
    around = place.scope if isinstance(place, Node) else place.parent
    name = node.name
    for scope in _around(node):
        if scope is around:
            return name
        name = scope.name
    return name
