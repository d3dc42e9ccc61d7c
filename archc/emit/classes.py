"""Which scopes become classes of their own, and which of those are one and the same class."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archc.emit.layout import Code
from archc.emit.names import NamePool
from archc.graph.graph import Graph, Node, Scope
from archc.graph.tracer import Trace
from archc.language.names import SEQUENTIAL_ATTRIBUTES
from archc.ops.base.torch_code import Function, Module, TorchCode

_DEEPEST = 6
"""So many chains in one another are still written as one expression: Python's parser reads no more
than some 200 open brackets."""


@dataclass(eq=False)
class Group:
    """One class of the emitted module with all the scopes that are instances of it.

    It is `sequential` where it needs no ``forward``: a listed body that is a chain.
    """

    origin: object
    scopes: list[Scope]
    sequential: bool
    name: str = ""
    parameters: list[str] = field(default_factory=list)
    defaults: dict[str, Code] = field(default_factory=dict)

    @property
    def first(self) -> Scope:
        """The scope that represents all: their structure is the same."""
        return self.scopes[0]


def is_empty(scope: Scope) -> bool:
    """Whether a scope has no operations, all of them chosen away by `if`: it computes nothing.

    Its output is a value that exists already, not always its input.
    """
    return next(scope.nodes(), None) is None


def externals(scope: Scope) -> list[Node]:
    """Return the values that a scope needs but does not compute, its entry first.

    It needs the inputs of its operations, and the outputs of itself and of the scopes inside it.
    """
    inside = set(scope.nodes())
    returning = (s for s in (scope, *scope.scopes()) if s is scope or not is_empty(s))
    needed = [
        *(read for node in scope.nodes() for read in node.reads),
        *(s.exit for s in returning),
    ]
    reads = [value for value in needed if value not in inside]
    found = list(dict.fromkeys(reads))
    return sorted(found, key=lambda node: node is not scope.entry)


def is_chain(scope: Scope) -> bool:
    """Whether every child is a module that reads just the one before: an ``nn.Sequential``.

    Named as a method of ``nn.Sequential``, a child cannot be in one.
    """
    if any(child.name in SEQUENTIAL_ATTRIBUTES for child in scope.children):
        return False
    value = scope.entry
    for child in scope.children:
        if isinstance(child, Scope):
            if any(read is not value for read in externals(child)):
                return False  # also of an empty one, which as a module returns its input
            value = child.exit
            continue
        if child.reads != (value,) or not isinstance(torch_code(child), Module):
            return False
        value = child
    return scope.exit is value


def torch_code(node: Node) -> TorchCode:
    """Return how a node is written in PyTorch."""
    return node.operator.torch(node.operand)


def class_scopes(scope: Scope) -> Iterator[Scope]:
    """Yield the scopes that need a class, inner ones first; the root is the last.

    A scope without operations needs none.
    """
    yield from _scopes(scope)[0]


def _scopes(scope: Scope) -> tuple[list[Scope], int]:
    """Return `class_scopes`, and how many chains are in one another in what is left of `scope`."""
    found: list[Scope] = []
    depth = 0
    for child in scope.children:
        if isinstance(child, Scope) and not is_empty(child):
            inner, below = _scopes(child)
            found += inner
            depth = max(depth, below)
    depth += 1
    unlike = scope.parent is None or scope.block is not None or not is_chain(scope)
    if unlike or depth > _DEEPEST:
        return [*found, scope], 0
    return found, depth


def group(
    graph: Graph, trace: Trace, inplace: frozenset[Node], pool: NamePool
) -> dict[Scope, Group]:
    """Return the class of every scope that needs one, in the order of definition."""
    groups: dict[tuple[Any, ...], Group] = {}
    grouping = _Grouping(trace, inplace)
    for scope in class_scopes(graph.root):
        origin = scope.block.name if scope.block else id(scope.decl)
        key = (origin, grouping.signature(scope))
        if key not in groups:
            plain = scope.parent is not None or not needs_forward(graph)
            sequential = plain and scope.numbered and is_chain(scope)
            groups[key] = Group(origin, [], sequential)
        groups[key].scopes.append(scope)
        grouping.found[scope] = groups[key]
    _name_all(list(groups.values()), graph, pool)
    return grouping.found


def returns_several(graph: Graph) -> bool:
    """Whether the network returns a named tuple, in training mode at least."""
    return bool(graph.heads) or list(graph.outputs) != [""]


def needs_forward(graph: Graph) -> bool:
    """Whether the network does what no ``nn.Sequential`` does by itself."""
    return returns_several(graph) or graph.channels_last


class _Grouping:
    def __init__(self, trace: Trace, inplace: frozenset[Node]) -> None:
        self._trace = trace
        self._inplace = inplace
        self.found: dict[Scope, Group] = {}

    def signature(self, scope: Scope) -> Any:
        """Return what two scopes must share to be one class: all but numbers.

        A map and a vector are two: what is read is `in_channels` of the one, `in_features` of the
        other, and the shapes beside the lines have as many sizes as there are axes.
        """
        places: dict[Node, object] = {node: i for i, node in enumerate(externals(scope))}
        children: list[object] = []
        for child in scope.children:
            if isinstance(child, Node):
                reads = tuple(places[read] for read in child.reads)
                overwrites = child in self._inplace
                form = (self._form(child), _rank(child))
                children.append((child.name, form, overwrites, child.init, reads))
                places[child] = child.name
                continue
            if is_empty(child):
                children.append((child.name, None))
                continue
            reads = tuple(places[read] for read in externals(child))
            known = self.found.get(child)
            inner = id(known) if known else self.signature(child)
            children.append((child.name, inner, reads))
            places[child.exit] = places.get(child.exit, child.name)
        return (scope.numbered, _rank(scope.entry), tuple(children), places[scope.exit])

    def _form(self, node: Node) -> tuple[Any, ...]:
        """Return how an operation is written, but for the values of its settings."""
        code = self._trace.code(node)
        if isinstance(code, Module):
            return (code.name, len(code.args), tuple(code.kwargs))
        if isinstance(code, Function):
            return (code.name, tuple(code.kwargs.items()))
        return (type(code).__name__, *code)


def _rank(node: Node) -> int:
    return len(node.shape)


def _name_all(groups: list[Group], graph: Graph, pool: NamePool) -> None:
    """Name the classes: a block's plainest form bears the block's name."""
    for same in _by_origin(groups):
        plainest = min(same, key=lambda g: len(list(g.first.nodes())))
        same.sort(key=lambda g: g is not plainest)
        children = {child.name for child in plainest.first.children}
        base = _base_name(plainest.first, graph)
        for one in same:
            extra = [c.name for c in one.first.children if c.name not in children]
            one.name = pool.class_name("_".join([base, *extra]))


def _by_origin(groups: list[Group]) -> list[list[Group]]:
    found: dict[object, list[Group]] = {}
    for one in groups:
        found.setdefault(one.origin, []).append(one)
    return list(found.values())


def _base_name(scope: Scope, graph: Graph) -> str:
    if scope.parent is None:
        return graph.name or "network"
    if scope.block is not None:
        return scope.block.name
    named = [part for part in scope.path.split(".") if not part.isdecimal()]
    return named[-1] if named else "body"
