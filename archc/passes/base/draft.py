"""A copy of a graph that a pass may change, and the graph that comes of it."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from archc.graph.graph import Graph, Head, Node, Scope
from archc.ops.base.operator import Operator


class Draft:
    """The nodes and scopes of a graph, copied; `graph` is the copy, `draft[node]` a node's own.

    `read_instead` keeps right what the scopes return. The order of nodes and of children, in what
    a pass inserts, is the pass's own to keep. How weights begin is not copied: those of a
    rewritten network are made of the plain network's. The verbs of a `Graph` remember what they
    found: ask the graph that is rewritten, not the draft's.
    """

    def __init__(self, graph: Graph) -> None:
        self._scopes: dict[Scope, Scope] = {}
        self._nodes: dict[Node, Node] = {}
        root = self._copy_scope(graph.root, None)
        self._nodes[graph.input] = replace(graph.input, scope=root)
        for node in graph.nodes:
            copied = self._nodes[node]
            copied.reads = tuple(self._nodes[read] for read in node.reads)
        for old, new in self._scopes.items():
            new.entry, new.exit = self._nodes[old.entry], self._nodes[old.exit]
        self.graph = Graph(
            graph.spec,
            self._nodes[graph.input],
            root,
            graph.params,
            [self._nodes[node] for node in graph.nodes],
            {name: self._nodes[node] for name, node in graph.outputs.items()},
            [self._head(head) for head in graph.heads],
            rewritten=True,
            channels_last=graph.channels_last,
        )

    def __getitem__(self, node: Node) -> Node:
        """Return the copy of a node of the graph that is rewritten."""
        return self._nodes[node]

    def _copy_scope(self, scope: Scope, parent: Scope | None) -> Scope:
        copied = self._scopes[scope] = replace(scope, parent=parent, children=[])
        for child in scope.children:
            if isinstance(child, Scope):
                copied.children.append(self._copy_scope(child, copied))
                continue
            self._nodes[child] = replace(child, scope=copied, init=None)
            copied.children.append(self._nodes[child])
        return copied

    def _head(self, head: Head) -> Head:
        child = head.child
        copied = self._nodes[child] if isinstance(child, Node) else self._scopes[child]
        return head._replace(child=copied, source=self._nodes[head.source])

    def drop(self, nodes: Iterable[Node]) -> None:
        """Take out nodes of the graph that is rewritten: their readers read what they read.

        Args:
            nodes: each reads one value.
        """
        gone = {self._nodes[node] for node in nodes}
        instead: dict[Node, Node] = {}
        for node in self.graph.nodes:  # in topological order: what a node reads is known before it
            if node in gone:
                instead[node] = instead.get(node.reads[0], node.reads[0])
        self.read_instead(instead)
        self.remove(gone)

    def read_instead(self, instead: Mapping[Node, Node]) -> None:
        """Let whatever reads or returns a key of `instead` read or return its value."""

        def new(node: Node) -> Node:
            return instead.get(node, node)

        for node in self.graph.nodes:
            if any(read in instead for read in node.reads):
                node.reads = tuple(read if new(read) is node else new(read) for read in node.reads)
        for scope in (self.graph.root, *self.graph.root.scopes()):
            scope.entry, scope.exit = new(scope.entry), new(scope.exit)
        outputs, heads = self.graph.outputs, self.graph.heads
        outputs.update({name: new(node) for name, node in outputs.items()})
        heads[:] = [head._replace(source=new(head.source)) for head in heads]

    def remove(self, nodes: Iterable[Node]) -> None:
        """Take nodes out that nothing reads any more."""
        gone = set(nodes)
        self.graph.nodes[:] = [node for node in self.graph.nodes if node not in gone]
        for scope in {node.scope for node in gone}:
            scope.children[:] = [child for child in scope.children if child not in gone]

    def remove_heads(self) -> None:
        """Take the auxiliary heads out."""
        gone = {node for head in self.graph.heads for node in head.nodes()}
        children = [head.child for head in self.graph.heads]
        root = self.graph.root
        root.children[:] = [child for child in root.children if child not in children]
        self.graph.nodes[:] = [node for node in self.graph.nodes if node not in gone]
        self.graph.heads.clear()

    def insert(
        self, operator: Operator, reads: Node, name: str, first: Node, place: Node | Scope
    ) -> Node:
        """Add an operation before the node `first`, and before its sibling `place` in a scope."""
        scope = next(place.ancestors())
        taken = {child.name for child in scope.children}
        while name in taken:
            name += "_"
        node = Node(name, scope, operator, (reads,), operator.shape(reads.shape), first.span)
        scope.children.insert(scope.children.index(place), node)
        self.graph.nodes.insert(self.graph.nodes.index(first), node)
        return node

    def finished(self) -> Graph:
        """Return the graph, its nodes counted again; the draft is not to be used after it."""
        for index, node in enumerate(self.graph.nodes):
            node.index = index
        _prune(self.graph.root, {head.child for head in self.graph.heads})
        for scope in self.graph.root.scopes():
            _begin_where_it_reads(scope)
        return replace(self.graph)


def _prune(scope: Scope, heads: Set[Node | Scope]) -> None:
    """Take out scopes that nothing is left in, but heads; the numbers of their siblings stay."""
    for child in [child for child in scope.children if isinstance(child, Scope)]:
        _prune(child, heads)
        if not child.children and child not in heads:
            scope.children.remove(child)


def _begin_where_it_reads(scope: Scope) -> None:
    """A scope whose first operations moved out begins from what is left to be read."""
    inside = set(scope.nodes())
    reads = [read for node in scope.nodes() for read in node.reads]
    outside = [read for read in (*reads, scope.exit) if read not in inside]
    if outside and scope.entry not in outside:
        scope.entry = outside[0]
