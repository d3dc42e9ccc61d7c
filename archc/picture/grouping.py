"""What is one box: a block, or a layer with the norm and the activation that only follow it."""

from collections.abc import Iterator

from archc.graph.graph import Node, Scope

Group = list[Node] | Scope


def groups(scope: Scope) -> Iterator[Group]:
    """Yield what is one box each: a scope, or a layer with what only it is read by."""
    readers: dict[Node, int] = {}
    for node in scope.nodes():
        for read in node.reads:
            readers[read] = readers.get(read, 0) + 1
    held: list[Node] = []
    for child in scope.children:
        if isinstance(child, Node) and held and _fuses(held, child, scope.exit, readers):
            held.append(child)
            continue
        if held:
            yield held
        held = [child] if isinstance(child, Node) else []
        if isinstance(child, Scope) and any(True for _ in child.nodes()):
            yield child
    if held:
        yield held


def _fuses(held: list[Node], node: Node, end: Node, readers: dict[Node, int]) -> bool:
    last, first = held[-1], held[0].operator
    if node.reads != (last,):
        return False
    if readers.get(last) != 1 or last is end:
        return False
    if node.operator.follows == "norm":
        return len(held) == 1 and first.principal is not None and not first.joins
    activated = any(one.operator.follows == "activation" for one in held[1:])
    return node.operator.follows == "activation" and not activated


def nodes_of(group: Group) -> Iterator[Node]:
    """Return the operations that a group stands for."""
    return group.nodes() if isinstance(group, Scope) else iter(group)
