"""Memory: of the weights, of the values alive at once in inference, of what training keeps.

All numbers are float32, and only tensors count: not a library's scratch space, nor what the
allocator rounds up. What is stated here holds for the emitted module in eager PyTorch on CPU.
"""

from collections.abc import Iterator
from itertools import pairwise, takewhile
from math import prod
from typing import NamedTuple

from archc.analyses.asking import asker
from archc.analyses.cost import Costs, cost
from archc.analyses.inplace import gives_what_it_reads, inplace
from archc.graph.graph import Graph, Node, Scope
from archc.ops.base.operator import FLOAT32, Saved
from archc.ops.base.torch_code import Infix
from archc.ops.conv import Conv


class Memory(NamedTuple):
    """Bytes.

    Args:
        weights: parameters and buffers.
        inference: the values alive at once, at the operation where they are most. An operation's
            operands and its result are alive together, and so is what it allocates beside its
            result (the indices of max pooling, a padded copy). The network's input is alive
            throughout, a module's input while the module runs: whoever called it holds it.
            Views and what runs in place take no memory of their own.
        training: what autograd keeps until the backward pass, the parameters and buffers
            themselves apart.
        batch: the number of samples that `inference` and `training` are of.
    """

    weights: int
    inference: int
    training: int
    batch: int


def memory(graph: Graph, costs: Costs, inplace: frozenset[Node], batch: int = 1) -> Memory:
    """Return the memory that a sound graph takes.

    Args:
        graph: the network.
        costs: what `archc.analyses.cost` says of it.
        inplace: what `archc.analyses.inplace` says of it.
        batch: the number of samples.
    """
    weights = costs.total.params * FLOAT32 + costs.total.buffer_bytes
    training = sum(kept(graph, inplace, batch).values())
    return Memory(weights, batch * _peak(graph, inplace), training, batch)


def size(node: Node) -> int:
    """Return the bytes of one sample of a value."""
    return FLOAT32 * prod(node.shape)


def node_memory(graph: Graph) -> dict[Node, int]:
    """Return the bytes of each node of a sound graph: its weights, and what training keeps of it.

    For one sample; with the network's input, which belongs to none, `Memory`'s `weights` and
    `training` are their sum.
    """
    costs, held = cost(graph).nodes, kept(graph, inplace(graph))
    return {
        node: spent.params * FLOAT32 + spent.buffer_bytes + held.get(node, 0)
        for node, spent in costs.items()
    }


# Inference


def _peak(graph: Graph, inplace: frozenset[Node]) -> int:
    """Return the bytes of one sample that are alive at once, at most, in evaluation mode."""
    order = graph.evaluated
    owners = _owners(graph, order, inplace)
    ends: list[list[Node]] = [[] for _ in order]
    for owner, last in _last_uses(graph, order, owners).items():
        if last < len(order):
            ends[last].append(owner)
    ask = asker(lambda operator, x: operator.saved(x))
    alive = peak = size(graph.input)
    for position, node in enumerate(order):
        if owners[node] is node:
            alive += size(node)
        peak = max(peak, alive + _workspace(node, ask(node), inplace))
        alive -= sum(map(size, ends[position]))
    return peak


def _owners(graph: Graph, order: list[Node], inplace: frozenset[Node]) -> dict[Node, Node]:
    """Return for each value the one whose memory it lies in."""
    owners = {graph.input: graph.input}
    for node in order:
        shares = node in inplace or gives_what_it_reads(node)
        owners[node] = owners[node.reads[0]] if shares else node
    return owners


def _last_uses(graph: Graph, order: list[Node], owners: dict[Node, Node]) -> dict[Node, int]:
    """Return the position of the last operation during which each owner's memory is held."""
    last = _ends(order)
    used: dict[Node, int] = {graph.input: len(order)}

    def hold(value: Node, until: int) -> None:
        owner = owners[value]
        used[owner] = max(used.get(owner, 0), until)

    for position, node in enumerate(order):
        hold(node, position)
        for read in node.reads:
            hold(read, max(position, _return_of(node, read, last, position)))
    for scope, end in last.items():
        if scope.exit in owners:  # a scope may return a value that it received
            hold(scope.exit, max(end, _return_of(scope, scope.exit, last, end)))
    for output in graph.outputs.values():
        hold(output, len(order))
    return used


def _ends(order: list[Node]) -> dict[Scope, int]:
    """Return the position of each scope's last operation."""
    last: dict[Scope, int] = {}
    for position in range(len(order) - 1, -1, -1):
        for scope in _new(order[position], last):
            last[scope] = position
    return last


def _new(node: Node, seen: dict[Scope, int]) -> Iterator[Scope]:
    return takewhile(lambda scope: scope not in seen, node.ancestors())


def _return_of(child: Node | Scope, value: Node, last: dict[Scope, int], until: int) -> int:
    """Return when the outermost module returns that receives `value` on the way to `child`."""
    for scope in child.ancestors():
        if value.scope is scope or scope.parent is None or value.within(scope) is not None:
            break
        until = last[scope]
    return until


def _workspace(node: Node, saved: Saved, inplace: frozenset[Node]) -> int:
    """Return the bytes that an operation allocates for itself beside its result."""
    if node in inplace or gives_what_it_reads(node):
        return 0
    if len(node.reads) > 2 and isinstance(node.operator.torch(node.operand), Infix):
        partial = _products(node)  # a + b, while c is added to it
        return max(map(sum, pairwise(partial))) - size(node)
    # What an operation makes for the backward pass it makes without one as well.
    return saved.extra_bytes


# Training


def kept(graph: Graph, inplace: frozenset[Node], batch: int = 1) -> dict[Node, int]:
    """Return the bytes that autograd keeps for a batch, under the nodes that made them.

    A value counts where it was made, once, whoever needs it: the network's input under itself.
    """
    owners = {graph.input: graph.input}
    needs: set[Node] = set()  # the values that a gradient flows back through
    values: set[Node] = set()
    found: dict[Node, int] = {}
    ask = asker(lambda operator, x: (operator.saved(x), bool(operator.weights(x))))
    for node in graph.nodes:
        saved, trains = ask(node)
        # Dropout is a view in evaluation only: in training it keeps its mask.
        view = gives_what_it_reads(node) and (node.operator.joins or saved == Saved())
        shares = view or node in inplace
        owners[node] = owners[node.reads[0]] if shares else node
        if not trains and needs.isdisjoint(node.reads):
            continue
        needs.add(node)
        if view:
            continue
        reads, extra_bytes = _kept_for(node, saved, needs)
        found[node] = batch * extra_bytes + saved.batch_bytes
        values.update(owners[read] for read in reads)
        if saved.output:
            values.add(owners[node])
    for value in values:
        found[value] = found.get(value, 0) + batch * size(value)
    return found


def _kept_for(node: Node, saved: Saved, needs: set[Node]) -> tuple[list[Node], int]:
    """Return what an operation keeps of what it reads, and the bytes of a sample that it adds."""
    if not saved.input:
        return [], saved.extra_bytes
    if node.operator.joins:
        return _kept_factors(node, needs)
    if _pads_a_copy(node) and node.reads[0] not in needs:
        return [], saved.extra_bytes
    return list(node.reads), saved.extra_bytes


def _kept_factors(node: Node, needs: set[Node]) -> tuple[list[Node], int]:
    """Return the factors and the bytes of products that a·b·c keeps, computed from the left.

    A factor is kept for the gradient of the other one, where that needs any.
    """
    first, *others = node.reads
    products = _products(node)
    kept, extra_bytes, flows = [], 0, first in needs
    for position, other in enumerate(others):
        if other in needs and position == 0:
            kept.append(first)
        elif other in needs:
            extra_bytes += products[position - 1]
        if flows:
            kept.append(other)
        flows = flows or other in needs
    return kept, extra_bytes


def _products(node: Node) -> list[int]:
    """Return the bytes of a·b, a·b·c, … (or the sums) of one sample; the last is the result."""
    shapes = tuple(node.operand)
    counts = range(2, len(shapes) + 1)
    return [FLOAT32 * prod(node.operator.shape(shapes[:count])) for count in counts]


def _pads_a_copy(node: Node) -> bool:
    """Whether torch pads a map, which only the map's own gradient keeps, and reads the copy."""
    conv = node.operator
    return isinstance(conv, Conv) and conv.padding_mode in ("reflect", "replicate")
