"""What changed between two networks, as a reader thinks of it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archc.analyses.cost import cost
from archc.analyses.fitting import Reshaped, fit
from archc.analyses.keys import state_keys
from archc.analyses.pairing import Pairing, pair
from archc.graph.graph import Graph, Node, Scope
from archc.ops.base.operator import Shape


class Setting(NamedTuple):
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
    settings: tuple[Setting, ...]
    within: int = 0


class Keys(NamedTuple):
    """What becomes of a checkpoint of the old network: of its keys, and those of the new one.

    Args:
        kept: keys that the new network has in the same shape.
        lost: keys that it has not.
        reshaped: keys that it has in another shape.
        fresh: its own keys that the checkpoint has not.
    """

    kept: tuple[str, ...]
    lost: tuple[str, ...]
    reshaped: Mapping[str, Reshaped]
    fresh: tuple[str, ...]


class Totals(NamedTuple):
    """Parameters and multiply-accumulates of one sample, in evaluation and in training."""

    params: int
    macs: int
    macs_training: int


class Difference(NamedTuple):
    """Everything that differs.

    Args:
        network: of the network itself: its input, its named outputs, its heads.
        added: layers that only the new network has.
        removed: layers that only the old one has.
        changed: layers and uses of blocks with other settings, or that read something else.
        moved: layers of a list that have another number, and so other keys.
        downstream: layers, else unchanged, whose output has another shape.
        old: the old network's totals.
        new: the new one's.
        keys: what becomes of a checkpoint.
    """

    network: tuple[Setting, ...]
    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: tuple[Changed, ...]
    moved: tuple[tuple[Node, Node], ...]
    downstream: tuple[tuple[Node, Node], ...]
    old: Totals
    new: Totals
    keys: Keys

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not any((*self[:6], self.keys.lost, self.keys.fresh, self.keys.reshaped))


def difference(old: Graph, new: Graph) -> Difference:
    """Return what changed from one sound graph to another."""
    paired = pair(old, new)
    changed = tuple(_changed(paired))
    touched = {change.old for change in changed}
    pairs = sorted(paired.nodes.items(), key=lambda both: both[1].index)
    return Difference(
        tuple(_network(old, new, paired)),
        paired.added,
        paired.removed,
        changed,
        tuple((a, b) for a, b in pairs if a.path != b.path),
        tuple((a, b) for a, b in pairs if a.shape != b.shape and a not in touched),
        _totals(old),
        _totals(new),
        _keys(old, new),
    )


def _totals(graph: Graph) -> Totals:
    costs = cost(graph)
    return Totals(costs.total.params, costs.total.macs, costs.macs_training)


def _keys(old: Graph, new: Graph) -> Keys:
    shapes: dict[str, Shape] = {name: key.shape for name, key in state_keys(old).items()}
    found = fit(new, shapes)
    fresh = tuple(name for name in found.keys if name not in shapes)
    return Keys(found.fits, tuple(found.left_over), found.reshaped, fresh)


def _network(old: Graph, new: Graph, paired: Pairing) -> Iterator[Setting]:
    if old.input.shape != new.input.shape:
        yield Setting("input", old.input.shape, new.input.shape)
    for name in dict.fromkeys((*old.outputs, *new.outputs)):
        before, after = old.outputs.get(name), new.outputs.get(name)
        if name and not _corresponds(before, after, paired):
            yield Setting(f"outputs.{name}", _path(before), _path(after))
    weights = [{head.name: head.loss_weight for head in graph.heads} for graph in (old, new)]
    for name in dict.fromkeys((*weights[0], *weights[1])):
        before_weight, after_weight = weights[0].get(name), weights[1].get(name)
        if before_weight != after_weight:
            yield Setting(f"auxiliary.{name}.loss_weight", before_weight, after_weight)


def _corresponds(before: Node | None, after: Node | None, paired: Pairing) -> bool:
    if before is None or after is None:
        return before is after
    both_inputs = before.operator is None and after.operator is None
    return both_inputs or paired.nodes.get(before) is after


def _path(node: Node | None) -> str | None:
    return None if node is None else node.path


def _changed(paired: Pairing) -> Iterator[Changed]:
    layers = {old: _settings(old, new, paired) for old, new in paired.nodes.items()}
    explained: set[Node] = set()
    found: list[Changed] = []
    for old_scope, new_scope in paired.scopes.items():
        if not (settings := tuple(_arguments(old_scope, new_scope))):
            continue
        inner = [node for node in old_scope.nodes() if _follows(layers.get(node))]
        found.append(Changed(old_scope, new_scope, settings, len(inner)))
        explained |= {*inner}
    for old, settings in layers.items():
        if settings and old not in explained:
            found.append(Changed(old, paired.nodes[old], settings))
    yield from sorted(found, key=lambda change: _position(change.new))


def _follows(settings: tuple[Setting, ...] | None) -> bool:
    """Whether a layer changed in what a block's arguments may have given it."""
    return bool(settings) and {"from", "operator"}.isdisjoint(s.name for s in settings or ())


def _position(child: Node | Scope) -> int:
    if isinstance(child, Node):
        return child.index
    return next((node.index for node in child.nodes()), 0)


def _arguments(old: Scope, new: Scope) -> Iterator[Setting]:
    """Yield the arguments of a block's use that differ, and the block where it is another."""
    blocks = [scope.block.name if scope.block else None for scope in (old, new)]
    if None in blocks or blocks[0] != blocks[1]:
        return
    for name in dict.fromkeys((*old.arguments, *new.arguments)):
        before, after = old.arguments.get(name), new.arguments.get(name)
        if before != after and name in old.arguments and name in new.arguments:
            yield Setting(name, before, after)


def _settings(old: Node, new: Node, paired: Pairing) -> tuple[Setting, ...]:
    return (*_operator(old, new), *_reads(old, new, paired))


def _operator(old: Node, new: Node) -> Iterator[Setting]:
    before, after = old.operator, new.operator
    assert before is not None
    assert after is not None
    if type(before) is not type(after):
        yield Setting("operator", before.name, after.name)
        return
    for name in after.kinds:
        if getattr(before, name) != getattr(after, name):
            yield Setting(name, getattr(before, name), getattr(after, name))
    if _init(old) != _init(new):
        yield Setting("init", _init(old), _init(new))


def _init(node: Node) -> str | None:
    if node.init is None:
        return None
    settings = ", ".join(f"{name}={value}" for name, value in node.init.settings)
    return f"{node.init.scheme}({settings})" if settings else node.init.scheme


def _reads(old: Node, new: Node, paired: Pairing) -> Iterator[Setting]:
    """Yield `from` where a layer reads another value, which no added or removed layer explains."""
    removed, added = set(paired.removed), set(paired.added)
    before = [_before(node, removed) for node in old.reads]
    after = [_before(node, added) for node in new.reads]
    if len(before) == len(after) and all(
        _corresponds(a, b, paired) for a, b in zip(before, after, strict=True)
    ):
        return
    yield Setting("from", [node.path for node in old.reads], [node.path for node in new.reads])


def _before(node: Node, passing: set[Node]) -> Node:
    """Return the value that a chain of layers which only one network has begins from."""
    while node in passing and len(node.reads) == 1:
        node = node.reads[0]
    return node
