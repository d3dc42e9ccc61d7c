"""Which settings of two networks differ, and what a block's arguments explain of that."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archc.analyses.pairing import Pairing, out_of_order
from archc.graph.graph import Graph, Node, Scope
from archc.language.model import BlockUse, OperatorUse, walk
from archc.language.values import SpecValue as Written
from archc.source import Span

_Texts = Mapping[Span, Mapping[str, Written]]
"""The settings of every layer as they are written, by the place of the layer."""


class ChangedSetting(NamedTuple):
    """A setting with its old and its new value; None where it had, or has, none."""

    name: str
    old: Any
    new: Any


class Changed(NamedTuple):
    """A layer, or the use of a block, whose settings changed.

    Args:
        old: the layer or scope in the old network.
        new: the same in the new one.
        settings: what changed; `from` stands for what a layer reads.
        within: how many layers of a block's use changed their settings with its arguments.
    """

    old: Node | Scope
    new: Node | Scope
    settings: tuple[ChangedSetting, ...]
    within: int = 0


def network_changes(old: Graph, new: Graph, paired: Pairing) -> Iterator[ChangedSetting]:
    """Yield what differs of the network itself: its input, its outputs, its heads."""
    if old.input.shape != new.input.shape:
        yield ChangedSetting("input", old.input.shape, new.input.shape)
    for name in dict.fromkeys((*old.outputs, *new.outputs)):
        before, after = old.outputs.get(name), new.outputs.get(name)
        if not (_corresponds if name else _comes_from_the_same)(before, after, paired):
            yield ChangedSetting(
                f"outputs.{name}" if name else "output", _path(before), _path(after)
            )
    weights = [{head.name: head.loss_weight for head in graph.heads} for graph in (old, new)]
    for name in dict.fromkeys((*weights[0], *weights[1])):
        before_weight, after_weight = weights[0].get(name), weights[1].get(name)
        if before_weight != after_weight:
            yield ChangedSetting(f"auxiliary.{name}.loss_weight", before_weight, after_weight)


def _corresponds(before: Node | None, after: Node | None, paired: Pairing) -> bool:
    if before is None or after is None:
        return before is after
    both_inputs = before.is_input and after.is_input
    return both_inputs or paired.nodes.get(before) is after


def _comes_from_the_same(before: Node | None, after: Node | None, paired: Pairing) -> bool:
    """Whether two values correspond, but for layers that only one network has."""
    if before is None or after is None:
        return before is after
    return _corresponds(before, after, paired) or _corresponds(
        _before(before, paired.passed_old), _before(after, paired.passed_new), paired
    )


def _path(node: Node | None) -> str | None:
    return None if node is None else node.path


def changes(old: Graph, new: Graph, paired: Pairing) -> Iterator[Changed]:
    """Yield the layers and uses of blocks that have other settings, in the new network's order.

    A setting that the text computes, in both networks alike, from a changed argument of the block
    around it is not reported again.
    """
    moved = dict(_moved(paired))
    through = _through(moved, paired)
    layers = {
        a: _settings(a, b, paired if a in moved else through) for a, b in paired.nodes.items()
    }
    arguments = {a: [*_arguments(a, b)] for a, b in paired.scopes.items()}
    texts = _written(old), _written(new)
    found: list[Changed] = []
    inside: dict[Scope, int] = {}
    for before, after in paired.nodes.items():
        around = [scope for scope in before.ancestors() if arguments.get(scope)]
        given = [texts[0].get(before.span, {}), texts[1].get(after.span, {})]
        own = [one for one in layers[before] if not (around and _is_computed(one.name, *given))]
        if own:
            found.append(Changed(before, after, tuple(own)))
        if len(own) < len(layers[before]):
            for scope in around:
                inside[scope] = inside.get(scope, 0) + 1
    for scope, scope_after in paired.scopes.items():
        within = any(arguments.get(outer) for outer in scope.ancestors())
        given = [_given(scope), _given(scope_after)]
        differing = [
            one for one in arguments[scope] if not (within and _is_computed(one.name, *given))
        ]
        if differing:
            found.append(Changed(scope, scope_after, tuple(differing), inside.get(scope, 0)))
    yield from sorted(found, key=lambda change: _position(change.new))


def _moved(paired: Pairing) -> Iterator[tuple[Node, Node]]:
    """Yield the layers of one input that stand elsewhere in a body, and so read something else."""
    for scope, scope_after in paired.scopes.items():
        if scope.numbered and scope_after.numbered:
            continue  # a row that stands elsewhere is another row
        for before, after in out_of_order(scope, scope_after):
            if (
                isinstance(before, Node)
                and paired.nodes.get(before) is after
                and len(before.reads) == 1
                and any(_reads(before, after, paired))
            ):
                yield before, paired.nodes[before]


def _through(moved: Mapping[Node, Node], paired: Pairing) -> Pairing:
    """Return a pairing in which what reads a layer that moved reads what that one does.

    So two layers that change places are one change, not one for each layer that reads them.
    """
    old = {before: before.reads[0] for before in moved}
    new = {after: after.reads[0] for after in moved.values()}
    return paired._replace(
        passed_old={**paired.passed_old, **old}, passed_new={**paired.passed_new, **new}
    )


def _written(graph: Graph) -> _Texts:
    bodies = [graph.spec.body, *(block.body for block in graph.spec.blocks.values())]
    declared = [decl for body in bodies for decl in walk(body)]
    declared += [head.node for head in graph.spec.auxiliary]
    uses = [one.what for one in declared if isinstance(one.what, OperatorUse)]
    return {use.span: use.settings for use in uses}


def _given(scope: Scope) -> Mapping[str, Written]:
    use = scope.decl.what if scope.decl is not None else None
    return use.arguments if isinstance(use, BlockUse) else {}


def _is_computed(name: str, old: Mapping[str, Written], new: Mapping[str, Written]) -> bool:
    """Whether a setting is computed from what is around it, and is so as before."""
    before, after = old.get(name), new.get(name)
    if before is None or after is None:
        return False
    return not before.constant and before.shown == after.shown


def _position(child: Node | Scope) -> int:
    if isinstance(child, Node):
        return child.index
    return next((node.index for node in child.nodes()), 0)


def _arguments(old: Scope, new: Scope) -> Iterator[ChangedSetting]:
    """Yield the arguments of a block's use that differ."""
    for name in dict.fromkeys((*old.arguments, *new.arguments)):
        before, after = old.arguments.get(name), new.arguments.get(name)
        if before != after and name in old.arguments and name in new.arguments:
            yield ChangedSetting(name, before, after)


def _settings(old: Node, new: Node, paired: Pairing) -> tuple[ChangedSetting, ...]:
    return (*_operator(old, new), *_reads(old, new, paired))


def _operator(old: Node, new: Node) -> Iterator[ChangedSetting]:
    before, after = old.operator, new.operator
    if type(before) is not type(after):
        yield ChangedSetting("operator", before.name, after.name)
        return
    for name in after.kinds:
        if getattr(before, name) != getattr(after, name):
            yield ChangedSetting(name, getattr(before, name), getattr(after, name))
    if _init(old) != _init(new):
        yield ChangedSetting("init", _init(old), _init(new))


def _init(node: Node) -> str | None:
    if node.init is None:
        return None
    settings = ", ".join(f"{name}={value}" for name, value in node.init.settings)
    return f"{node.init.scheme}({settings})" if settings else node.init.scheme


def _reads(old: Node, new: Node, paired: Pairing) -> Iterator[ChangedSetting]:
    """Yield `from` where a layer reads another value that no other change explains."""
    if len(old.reads) == len(new.reads) and all(
        _comes_from_the_same(a, b, paired) for a, b in zip(old.reads, new.reads, strict=True)
    ):
        return
    yield ChangedSetting(
        "from", [node.path for node in old.reads], [node.path for node in new.reads]
    )


def _before(node: Node, passed: Mapping[Node, Node]) -> Node:
    """Return the value that a chain of layers begins from which are reported as new or moved."""
    while node in passed:
        node = passed[node]
    return node
