"""Which operations can overwrite what they read, without anyone seeing it.

The emitter writes them so, and the memory analysis counts them so.
"""

from typing import Any

from archc.analyses.asking import asker
from archc.graph.graph import Graph, Node, Scope
from archc.ops.base.operator import Operator
from archc.ops.base.torch_code import Infix, Module


def inplace(graph: Graph) -> frozenset[Node]:
    """Return the nodes that run in place: layers that torch gives `inplace`, and sums of two.

    A sum overwrites its first operand. The value that is overwritten

    - was computed by an operation of the same scope: what comes from outside belongs to the
      caller;
    - is read by nothing else, and is nothing that is handed out (an output, what a head reads,
      what a scope takes or gives);
    - has memory of its own: its producer gives no view;
    - is not what its producer keeps for the backward pass. An operation that runs in place
      itself keeps its result where it would have kept what it read.
    """
    shown = _handed_out(graph)
    found: set[Node] = set()
    can = asker(_can)
    for node in graph.nodes:
        if can(node) and _spare(node.reads[0], node, graph, shown, found):
            found.add(node)
    return frozenset(found)


def gives_what_it_reads(node: Node) -> bool:
    """Whether a node's value lies in the memory of what it reads: a view, a sum of one value."""
    assert node.operator is not None
    if len(node.reads) == 1 and node.operator.joins:
        return isinstance(node.operator.torch(node.operand), Infix)
    return node.operator.is_view


def _can(operator: Operator, x: Any) -> bool:
    code = operator.torch(x)
    if isinstance(code, Module):
        return code.inplace
    return isinstance(code, Infix) and code.symbol == "+" and len(x) == 2


def _spare(value: Node, reader: Node, graph: Graph, shown: set[Node], found: set[Node]) -> bool:
    if value.operator is None or value.scope is not reader.scope or value in shown:
        return False
    if graph.readers[value] != [reader] or gives_what_it_reads(value):
        return False
    saved = value.operator.saved(value.operand)
    return not saved.output and not (saved.input and value in found)


def _handed_out(graph: Graph) -> set[Node]:
    """Return the values that someone outside their scope may look at."""
    shown = {*graph.outputs.values(), *(head.source for head in graph.heads)}
    shown.update(head.exit for head in graph.heads)
    scopes = [graph.root]
    while scopes:
        scope = scopes.pop()
        shown.update((scope.entry, scope.exit))
        scopes.extend(child for child in scope.children if isinstance(child, Scope))
    return shown
