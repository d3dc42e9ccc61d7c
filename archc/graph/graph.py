"""Nodes in topological order, and the tree of scopes that the author wrote them in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from archc.language.initialisation import Init
from archc.language.model import Block, NodeDecl, OperatorUse, Spec
from archc.language.values import SpecValue, Unknown
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Operator, Shape
from archc.source import Span


@dataclass(slots=True, eq=False, repr=False)
class Use:
    """One expansion of a block, with a scope of its own or dissolved by `inline`.

    Args:
        block: the block.
        settings: the arguments as they are written, by parameter.
        arguments: the values of all the block's parameters.
        reads: the value that the use reads, which its arguments may ask about.
        outer: the use whose body it is written in; None where that is the file's own.
    """

    block: Block
    settings: Mapping[str, SpecValue]
    arguments: Mapping[str, Value | Unknown]
    reads: "Node"
    outer: "Use | None"


class Written(NamedTuple):
    """Where the settings of an operation come from.

    Args:
        operator: the operator with its settings as they are written.
        reads: the value whose shape they may ask about.
        use: the block whose parameters they may name; None in the file's own body.
    """

    operator: OperatorUse
    reads: "Node"
    use: Use | None


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """One value: what an operation gives, or (without an operator) the network's input.

    `shape` is None where a mistake, told elsewhere, makes it unknown. `written` is None where no
    line of the spec gives settings: for the input, a `join`, and what a pass made.
    """

    name: str
    scope: "Scope | None"
    operator: Operator | None
    reads: "tuple[Node, ...]"
    shape: Shape | None
    span: Span
    init: Init | None = None
    index: int = 0
    written: Written | None = None

    @property
    def path(self) -> str:
        """The name from the root: ``layer2.0.conv1``, the prefix of its keys in state_dict."""
        return join_path(self.scope, self.name)

    def __repr__(self) -> str:
        return f"<Node {self.path}>"  # all that it reads would be as many texts as there are ways

    @property
    def operand(self) -> Shape | tuple[Shape, ...]:
        """What the operator's rules are asked about: the shape read; of a join, all of them."""
        assert self.operator is not None
        shapes = tuple(node.shape for node in self.reads if node.shape is not None)
        return shapes if self.operator.joins else shapes[0]


@dataclass(slots=True, eq=False, repr=False)
class Scope:
    """A module that holds others: a block, a named or listed body, branches, a repetition.

    `entry` is the value that its children begin from, `exit` the one that it hands on. `decl` is
    what it was written as (None for the root); repetitions of one declaration share it. `use` is
    the block whose parameters its children may name.
    """

    name: str
    parent: "Scope | None"
    decl: NodeDecl | None
    entry: Node
    block: Block | None = None
    arguments: dict[str, Value] = field(default_factory=dict)
    numbered: bool = False
    children: "list[Node | Scope]" = field(default_factory=list)
    exit: Node = None  # type: ignore[assignment]  # set when the last child is placed
    auxiliary: bool = False
    use: Use | None = None

    @property
    def path(self) -> str:
        """The name from the root; empty for the root."""
        return "" if self.parent is None else join_path(self.parent, self.name)

    def __repr__(self) -> str:
        return f"<Scope {self.path}>"

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes of this scope and of those inside it, in order."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
            else:
                yield from child.nodes()

    def scopes(self) -> "Iterator[Scope]":
        """Yield the scopes inside this one, in order, outer ones first."""
        for child in self.children:
            if isinstance(child, Scope):
                yield child
                yield from child.scopes()


class Head(NamedTuple):
    """An auxiliary output: `child` of the root computes it from `source` in training mode."""

    name: str
    child: Node | Scope
    source: Node
    loss_weight: float

    @property
    def exit(self) -> Node:
        """The value that the head gives."""
        return self.child if isinstance(self.child, Node) else self.child.exit


@dataclass(eq=False)
class Graph:
    """A network, expanded: `nodes` are in topological order, heads last; `input` is not among them.

    `outputs` has the one key ``""`` unless the spec names its outputs. A graph that a pass has
    `rewritten` is not what its spec elaborates to. Where it is `channels_last`, its module lays
    maps out in memory as N×H×W×C.
    """

    spec: Spec
    input: Node
    root: Scope
    params: dict[str, Value]
    nodes: list[Node] = field(default_factory=list)
    outputs: dict[str, Node] = field(default_factory=dict)
    heads: list[Head] = field(default_factory=list)
    rewritten: bool = False
    channels_last: bool = False

    @property
    def name(self) -> str:
        """The network's name, or an empty text."""
        return self.spec.name

    @cached_property
    def readers(self) -> dict[Node, list[Node]]:
        """The nodes that read a value, for every value that is read."""
        found: dict[Node, list[Node]] = {}
        for node in self.nodes:
            for read in node.reads:
                found.setdefault(read, []).append(node)
        return found

    @cached_property
    def auxiliary(self) -> set[Node]:
        """The nodes that belong to heads."""
        children = [head.child for head in self.heads]
        inner = [c.nodes() if isinstance(c, Scope) else iter((c,)) for c in children]
        return {node for nodes in inner for node in nodes}


def join_path(scope: Scope | None, name: str) -> str:
    """Return the path of a child of `scope`."""
    prefix = scope.path if scope is not None else ""
    return f"{prefix}.{name}" if prefix else name
