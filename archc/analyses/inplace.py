"""Which operations can overwrite what they read, without anyone seeing it.

The emitter writes them so, and the memory analysis counts them so.
"""

from typing import Any

from archc.analyses.asking import asker
from archc.graph.graph import Graph, Node
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
    shown = _shown(graph)
    found: set[Node] = set()
    can = asker(_can)
    for node in graph.nodes:
        if can(node) and _spare(node.reads[0], node, graph, shown, found):
            found.add(node)
    return frozenset(found)


def gives_what_it_reads(node: Node) -> bool:
    """Whether a node's value lies in the memory of what it reads: a view, a sum of one value."""
    if len(node.reads) == 1 and node.operator.joins:
        return isinstance(node.operator.torch(node.operand), Infix)
    return node.operator.is_view


def _can(operator: Operator, x: Any) -> bool:
    code = operator.torch(x)
    if isinstance(code, Module):
        return code.inplace
    return isinstance(code, Infix) and code.symbol == "+" and len(x) == 2


def _spare(value: Node, reader: Node, graph: Graph, shown: set[Node], found: set[Node]) -> bool:
    if value.is_input or value.scope is not reader.scope or value in shown:
        return False
    if graph.sole_reader(value) is not reader or gives_what_it_reads(value):
        return False
    saved = value.operator.saved(value.operand)
    return not saved.output and not (saved.input and value in found)


def _shown(graph: Graph) -> set[Node]:
    """Return the values that someone outside their scope may look at."""
    shown = {*graph.handed_out, *graph.results}
    for scope in (graph.root, *graph.root.scopes()):
        shown.update((scope.entry, scope.exit))
    return shown
