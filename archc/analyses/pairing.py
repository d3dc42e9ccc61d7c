"""Which layer of one network is which of another: by name, and in lists by what they are."""

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
    """

    nodes: dict[Node, Node]
    scopes: dict[Scope, Scope]
    removed: tuple[Node, ...]
    added: tuple[Node, ...]


def pair(old: Graph, new: Graph) -> Pairing:
    """Pair the layers of two graphs.

    In a body with names the name decides. In a list, whose entries have numbers for names, equal
    entries are aligned first, so that one inserted row does not change all that follow, and then
    those of the same operator or block.
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
    return Pairing(nodes, scopes, removed, tuple(n for n in new.nodes if n not in known))


def _children(old: Scope, new: Scope) -> Iterator[tuple[_Child, _Child]]:
    if old.numbered and new.numbered:
        yield from _aligned(old.children, new.children)
        return
    names = {child.name: child for child in new.children}
    yield from ((child, names[child.name]) for child in old.children if child.name in names)


def _whole(child: _Child) -> str:
    """Return a text that two entries share which are the same, whatever they are called."""
    if isinstance(child, Node):
        return operator_text(child.operator) if child.operator else ""
    return f"{_kind(child)}({', '.join(map(_whole, child.children))})"


def _kind(child: _Child) -> str:
    if isinstance(child, Node):
        return child.operator.name if child.operator else ""
    return child.block.name if child.block else "layers"


def _aligned(old: Sequence[_Child], new: Sequence[_Child]) -> Iterator[tuple[_Child, _Child]]:
    """Pair equal entries, and then, between them, those of the same kind."""
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
