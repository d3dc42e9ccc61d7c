"""What changed between two networks, as a reader thinks of it."""

from collections.abc import Mapping
from typing import NamedTuple

from archc.analyses.changes import Changed, ChangedSetting, changes, network_changes
from archc.analyses.cost import cost
from archc.analyses.fitting import Reshaped, fit
from archc.analyses.keys import state_keys
from archc.analyses.pairing import Pairing, pair
from archc.graph.graph import Graph, Node, Scope
from archc.ops.base.operator import Shape


class KeyChanges(NamedTuple):
    """What becomes of a checkpoint of the old network: of its keys, and those of the new one.

    Args:
        kept: keys that the new network has in the same shape.
        lost: keys that it has not.
        reshaped: keys that it has in another shape.
        fresh: its own keys that the checkpoint has not.
        renamed: by which key of its own the new network knows a tensor of a layer that has
            another path now, in the same shape. Whoever renames these carries the checkpoint over.
    """

    kept: tuple[str, ...]
    lost: tuple[str, ...]
    reshaped: Mapping[str, Reshaped]
    fresh: tuple[str, ...]
    renamed: Mapping[str, str]


class NetworkTotals(NamedTuple):
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
        moved: layers that have another path, and so other keys: renamed, or renumbered in a list.
        downstream: layers, else unchanged, whose output has another shape.
        old: the old network's totals.
        new: the new one's.
        keys: what becomes of a checkpoint.
        alone: blocks and bodies that only one of the two networks has.
    """

    network: tuple[ChangedSetting, ...]
    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: tuple[Changed, ...]
    moved: tuple[tuple[Node, Node], ...]
    downstream: tuple[tuple[Node, Node], ...]
    old: NetworkTotals
    new: NetworkTotals
    keys: KeyChanges
    alone: frozenset[Scope]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not any((*self[:6], self.keys.lost, self.keys.fresh, self.keys.reshaped))


def difference(old: Graph, new: Graph) -> Difference:
    """Return what changed from one sound graph to another."""
    paired = pair(old, new)
    changed = tuple(changes(old, new, paired))
    touched = {change.old for change in changed}
    pairs = sorted(paired.nodes.items(), key=lambda both: both[1].index)
    return Difference(
        tuple(network_changes(old, new, paired)),
        paired.added,
        paired.removed,
        changed,
        tuple((a, b) for a, b in pairs if a.path != b.path),
        tuple((a, b) for a, b in pairs if a.shape != b.shape and a not in touched),
        _totals(old),
        _totals(new),
        _keys(old, new, paired),
        frozenset((*old.root.scopes(), *new.root.scopes()))
        - {*paired.scopes, *paired.scopes.values()},
    )


def _totals(graph: Graph) -> NetworkTotals:
    costs = cost(graph)
    return NetworkTotals(costs.total.params, costs.total.macs, costs.macs_training)


def _keys(old: Graph, new: Graph, paired: Pairing) -> KeyChanges:
    before = state_keys(old)
    shapes: dict[str, Shape] = {name: key.shape for name, key in before.items()}
    found = fit(new, shapes)
    fresh = tuple(name for name in found.keys if name not in shapes)
    renamed = {}
    for name, key in before.items():
        if (node := paired.nodes.get(key.node)) is None:
            continue
        now = f"{node.path}.{name.rpartition('.')[2]}"
        if now != name and now in found.keys and found.keys[now].shape == key.shape:
            renamed[name] = now
    return KeyChanges(found.fits, tuple(found.left_over), found.reshaped, fresh, renamed)
