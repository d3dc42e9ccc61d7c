"""Which layer of one network is which of another: by name, by place, and by what they are."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from archc.analyses.settings import operator_text
from archc.graph.graph import Graph, Node, Scope

_LARGEST = 1_000_000
"""Of two lists, how many pairs of entries are compared at most; larger ones pair by number."""

_Child = Node | Scope


class Pairing(NamedTuple):
    """Layers and scopes of two networks, side by side.

    Args:
        nodes: the layers that both have, old and new.
        scopes: the scopes that both have.
        removed: the old network's layers that the new one has not, in its order.
        added: the reverse.
        passed_old: for what returns a value that only the old network computes, a layer with
            one input or a whole block, the value that it begins from.
        passed_new: the same of the new network.
    """

    nodes: dict[Node, Node]
    scopes: dict[Scope, Scope]
    removed: tuple[Node, ...]
    added: tuple[Node, ...]
    passed_old: dict[Node, Node]
    passed_new: dict[Node, Node]


def pair(old: Graph, new: Graph) -> Pairing:
    """Pair the layers of two graphs.

    In a body with names the name decides; what is left over and stands at the same place, after
    the same entry, is taken for renamed where it is the same or, failing that, of the same
    operator. In a list, whose entries have numbers for names, equal entries are aligned first, so
    that one inserted row does not change all that follow, and then those of the same operator.
    What a block is called says nothing of the network, and decides nothing.
    """
    nodes: dict[Node, Node] = {}
    scopes: dict[Scope, Scope] = {}
    pending: list[tuple[_Child, _Child]] = [(old.root, new.root)]
    while pending:
        before, after = pending.pop()
        if isinstance(before, Node) and isinstance(after, Node):
            nodes[before] = after
        elif isinstance(before, Scope) and isinstance(after, Scope):
            scopes[before] = after
            pending += _children(before, after)
    known = set(nodes.values())
    removed = tuple(node for node in old.nodes if node not in nodes)
    added = tuple(node for node in new.nodes if node not in known)
    passed = _passed(old, {*removed}), _passed(new, {*added})
    return Pairing(nodes, scopes, removed, added, *passed)


def _passed(graph: Graph, alone: set[Node]) -> dict[Node, Node]:
    """Return where values begin that are returned by layers or blocks of one network only."""
    found: dict[Node, Node] = {}
    for scope in graph.root.scopes():  # the outermost that ends in a value comes first
        hands_on = scope.exit is scope.entry  # a body of nothing computes no value
        if not hands_on and scope.exit in alone and alone.issuperset(scope.nodes()):
            found.setdefault(scope.exit, scope.entry)
    for node in alone:
        if len(node.reads) == 1:
            found.setdefault(node, node.reads[0])
    return found


def _children(old: Scope, new: Scope) -> Iterator[tuple[_Child, _Child]]:
    if old.numbered and new.numbered:
        yield from _aligned(old.children, new.children)
        return
    names = {child.name: child for child in new.children}
    common = {child.name for child in old.children if child.name in names}
    yield from ((child, names[child.name]) for child in old.children if child.name in common)
    left, others = _left_over(old.children, common), _left_over(new.children, common)
    for place in left.keys() & others.keys():
        yield from _aligned(left[place], others[place])


def out_of_order(old: Scope, new: Scope) -> Iterator[tuple[_Child, _Child]]:
    """Yield the children of one name that stand elsewhere in a body, few enough to explain it."""
    names = {child.name: child for child in new.children}
    before = [child for child in old.children if child.name in names]
    known = {child.name for child in before}
    after = [child for child in new.children if child.name in known]
    kept = {i for i, _ in _matches(before, after, lambda child: child.name)}
    yield from ((child, names[child.name]) for i, child in enumerate(before) if i not in kept)


def _left_over(children: Sequence[_Child], common: set[str]) -> dict[str, list[_Child]]:
    """Return the children that only one network names so, by the common one that they follow."""
    found: dict[str, list[_Child]] = {}
    place = ""
    for child in children:
        if child.name in common:
            place = child.name
        else:
            found.setdefault(place, []).append(child)
    return found


def _whole(child: _Child) -> str:
    """Return a text that two entries share which are the same, whatever they are called."""
    if isinstance(child, Node):
        return operator_text(child.operator)
    return f"({', '.join(map(_whole, child.children))})"


def _kind(child: _Child) -> str:
    if isinstance(child, Node):
        return child.operator.name
    return "block" if child.block else "layers"


def _aligned(old: Sequence[_Child], new: Sequence[_Child]) -> Iterator[tuple[_Child, _Child]]:
    """Pair equal entries, and then, between them, those of the same kind."""
    texts = [*map(_whole, old)], [*map(_whole, new)]
    shortest = min(len(old), len(new))
    begin = _common(texts[0], texts[1], shortest)
    end = _common(texts[0][::-1], texts[1][::-1], shortest - begin)
    yield from zip(old[:begin], new[:begin], strict=True)
    yield from _between(old[begin : len(old) - end], new[begin : len(new) - end])
    yield from zip(old[len(old) - end :], new[len(new) - end :], strict=True)


def _common(old: list[str], new: list[str], most: int) -> int:
    """Return how many texts two lists begin with in common."""
    pairs = zip(old[:most], new[:most], strict=True)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), most)


def _between(old: Sequence[_Child], new: Sequence[_Child]) -> Iterator[tuple[_Child, _Child]]:
    if len(old) * len(new) > _LARGEST:
        yield from zip(old, new, strict=False)
        return
    i = j = 0
    for m, n in [*_matches(old, new, _whole), (len(old), len(new))]:
        between = old[i:m], new[j:n]
        for k, h in _matches(*between, _kind):
            yield between[0][k], between[1][h]
        if m < len(old) and n < len(new):
            yield old[m], new[n]
        i, j = m + 1, n + 1


def _matches(
    old: Sequence[_Child], new: Sequence[_Child], like: Callable[[_Child], str]
) -> Iterator[tuple[int, int]]:
    """Yield the positions of entries that are alike, both rising.

    `SequenceMatcher` breaks ties by which list comes first; a fixed order of the two makes the
    pairs the same in both directions.
    """
    before, after = [like(child) for child in old], [like(child) for child in new]
    turned = (len(before), before) > (len(after), after)
    lists = (after, before) if turned else (before, after)
    for i, j, count in SequenceMatcher(None, *lists, autojunk=False).get_matching_blocks():
        for k in range(count):
            yield (j + k, i + k) if turned else (i + k, j + k)
