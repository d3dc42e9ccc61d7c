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
        copy: the number of the copy, if it is in what a `repeat` repeats.
    """

    block: Block
    settings: Mapping[str, SpecValue]
    arguments: Mapping[str, Value | Unknown]
    reads: "Node"
    outer: "Use | None"
    copy: int | None = None


class Written(NamedTuple):
    """Where the settings of an operation come from.

    Args:
        operator: the operator with its settings as they are written.
        reads: the value whose shape they may ask about.
        use: the block whose parameters they may name; None in the file's own body.
        copy: the number of the copy, if it is in what a `repeat` repeats.
    """

    operator: OperatorUse
    reads: "Node"
    use: Use | None
    copy: int | None = None


class UnknownError(Exception):
    """The shape of a broken node, or the operator of the input, was asked for: a bug in archc."""


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """One value: what an operation returns, or the network's input.

    Args:
        name: the name in its scope.
        scope: the module that it is in; the root, for the input.
        built: the operator; None for the input, and where a setting is wrong.
        reads: the values that the operation reads.
        inferred: the shape; None where a mistake makes it unknown.
        span: the location in the spec.
        init: how the weights begin.
        index: the position among the graph's nodes.
        written: None where no line of the spec gives settings: for the input, a `join`, and what
            a pass made.
    """

    name: str
    scope: "Scope"
    built: Operator | None
    reads: "tuple[Node, ...]"
    inferred: Shape | None
    span: Span
    init: Init | None = None
    index: int = 0
    written: Written | None = None

    @property
    def shape(self) -> Shape:
        """The shape; every node of a sound graph has one.

        Raises:
            UnknownError: a mistake makes it unknown.
        """
        if self.inferred is None:
            raise UnknownError(f"the shape of {self.path} is not known")
        return self.inferred

    @property
    def operator(self) -> Operator:
        """The operator; every node of a sound graph has one, but the input.

        Raises:
            UnknownError: the node is the input, or a setting is wrong.
        """
        if self.built is None:
            raise UnknownError(f"{self.path} has no operator")
        return self.built

    @property
    def is_input(self) -> bool:
        """Whether this is the input of a sound graph."""
        return self.built is None

    @property
    def path(self) -> str:
        """The name from the root: ``layer2.0.conv1``, the prefix of its keys in state_dict."""
        return join_path(self.scope, self.name)

    def __repr__(self) -> str:
        return f"<Node {self.path}>"  # all that it reads would be as many texts as there are ways

    @property
    def operand(self) -> Shape | tuple[Shape, ...]:
        """The argument of the operator's rules: the shape read; of a join, all of them."""
        shapes = tuple(node.shape for node in self.reads)
        return shapes if self.operator.joins else shapes[0]

    def ancestors(self) -> "Iterator[Scope]":
        """Yield the scopes around this node, the innermost first and the root last."""
        yield self.scope
        yield from self.scope.ancestors()

    def within(self, scope: "Scope") -> "Node | Scope | None":
        """Return the child of a scope that this node is or is in; None where it is in none."""
        child: Node | Scope = self
        for outer in self.ancestors():
            if outer is scope:
                return child
            child = outer
        return None


@dataclass(slots=True, eq=False, repr=False)
class Scope:
    """A module that holds others: a block, a named or listed body, branches, a repetition.

    `entry` is the value that its children begin from, `exit` the one that it returns. `decl` is
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

    def ancestors(self) -> "Iterator[Scope]":
        """Yield the scopes around this one, the innermost first and the root last."""
        scope = self.parent
        while scope is not None:
            yield scope
            scope = scope.parent

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
        """The value that the head returns."""
        return self.child if isinstance(self.child, Node) else self.child.exit

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes that are computed for the head."""
        if isinstance(self.child, Node):
            yield self.child
        else:
            yield from self.child.nodes()


@dataclass(eq=False)
class Graph:
    """A sound network, expanded: it passed all checks, and every node has a shape.

    `nodes` are in topological order, heads last; `input` is not among them. `outputs` has the one
    key ``""`` unless the spec names its outputs. A graph that a pass has `rewritten` is not what
    its spec elaborates to. Where it is `channels_last`, its module lays maps out in memory as
    N×H×W×C.
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
        readers: dict[Node, list[Node]] = {}
        for node in self.nodes:
            for read in node.reads:
                readers.setdefault(read, []).append(node)
        return readers

    def sole_reader(self, node: Node) -> Node | None:
        """Return the node that alone reads a value, once; None where the value is handed out."""
        readers = self.readers.get(node, ())
        return readers[0] if len(readers) == 1 and node not in self.handed_out else None

    @cached_property
    def handed_out(self) -> frozenset[Node]:
        """The values that more than nodes read: the outputs, and the sources of heads."""
        return frozenset((*self.outputs.values(), *(head.source for head in self.heads)))

    @property
    def results(self) -> tuple[Node, ...]:
        """The values that the network is run for: its outputs, then those of its heads."""
        return (*self.outputs.values(), *(head.exit for head in self.heads))

    @cached_property
    def auxiliary(self) -> frozenset[Node]:
        """The nodes that belong to heads."""
        return frozenset(node for head in self.heads for node in head.nodes())

    @property
    def evaluated(self) -> list[Node]:
        """The nodes that are computed in evaluation: all but those of heads."""
        return [node for node in self.nodes if node not in self.auxiliary]


class Elaborated(NamedTuple):
    """A network, expanded, that may be broken: nodes that are wrong have no shape.

    Args:
        spec: what the file says.
        root: the outermost scope; its entry is the input.
        params: the values of the parameters that are known.
        nodes: all operations, in topological order.
        outputs: the outputs by name; one, named ``""``, where the spec names none.
        heads: the auxiliary outputs.
    """

    spec: Spec
    root: Scope
    params: dict[str, Value]
    nodes: list[Node]
    outputs: dict[str, Node]
    heads: list[Head]

    @property
    def input(self) -> Node:
        """The network's input."""
        return self.root.entry

    def sound(self) -> Graph:
        """Return the graph of a network in which no error was found.

        Raises:
            UnknownError: something is not known, so an error should have been reported.
        """
        for node in (self.input, *self.nodes, *self.outputs.values()):
            _ = node.shape
        return Graph(
            self.spec, self.input, self.root, self.params, self.nodes, self.outputs, self.heads
        )


def root_scope(shape: Shape | None, span: Span) -> Scope:
    """Return the outermost scope of a network, and in it the network's input.

    Args:
        shape: the shape of the input; None where it is not known.
        span: the location of the input in the spec.
    """
    root = Scope("", None, None, entry=None)  # type: ignore[arg-type]  # each needs the other
    root.entry = root.exit = Node("input", root, None, (), shape, span)
    return root


def join_path(scope: Scope, name: str) -> str:
    """Return the path of a child of `scope`."""
    prefix = scope.path
    return f"{prefix}.{name}" if prefix else name
