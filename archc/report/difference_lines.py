"""What changed between two networks: a line for each change."""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import takewhile
from typing import Any, NamedTuple

from archc.analyses.changes import Changed, ChangedSetting
from archc.analyses.difference import Difference
from archc.analyses.settings import block_text, join_text, operator_text
from archc.graph.graph import Graph, Node, Scope
from archc.language.arithmetic import written
from archc.problems.base import abridged
from archc.render.display import printable
from archc.source import Span


class Line(NamedTuple):
    """A change: its sign, where, what, and its location in the new file."""

    sign: str
    where: str
    what: str
    span: Span

    def __str__(self) -> str:
        return printable(f"{self.sign} {self.where}: {self.what}")


class _Change(NamedTuple):
    child: Node | Scope
    sign: str
    what: str
    span: Span


def lines(difference: Difference, new: Graph) -> Iterator[Line]:
    """Yield what changed: of the network, then removed, added, renamed and other layers."""
    top = new.spec.source.whole()
    for setting in difference.network:
        yield Line("~", "network", _setting(setting), top)
    places = {scope.path: scope for scope in new.root.scopes()}
    changes = [
        _Change(one, "-", _entry(one), _place(one, places, top))
        for one in _outermost(difference.removed, difference.alone)
    ]
    changes += [
        _Change(one, "+", _entry(one), _span(one))
        for one in _outermost(difference.added, difference.alone)
    ]
    changes += _renamed(difference)
    changes += [
        _Change(change.new, "~", _settings(change), _span(change.new))
        for change in difference.changed
    ]
    yield from _grouped(changes)


def _outermost(nodes: Sequence[Node], alone: Set[Scope]) -> list[Node | Scope]:
    """Return what only one network has; of a block that is new or removed as a whole, the block."""
    outermost: dict[Node | Scope, None] = {}
    for node in nodes:
        around: list[Node | Scope] = [node, *takewhile(alone.__contains__, node.ancestors())]
        outermost[around[-1]] = None
    return [*outermost]


def _entry(one: Node | Scope) -> str:
    if isinstance(one, Node):
        return _layer(one)
    inside = count(len([*one.nodes()]), "layer")
    return f"{block_text(one.block, one.arguments)} ({inside})" if one.block else inside


def _renamed(difference: Difference) -> Iterator[_Change]:
    """Yield the layers and blocks that have another name; a block counts for its layers."""
    layers: dict[tuple[str, str], int] = {}
    scopes: dict[tuple[str, str], Node | Scope] = {}
    for old, new in difference.moved:
        cause = _cause(old.path, new.path)
        if _is_renumbered(*cause):
            continue
        layers[cause] = layers.get(cause, 0) + 1
        scopes[cause] = _ancestor(new, cause[1])
    for cause, one in scopes.items():
        within = f" ({count(layers[cause], 'layer')})" if isinstance(one, Scope) else ""
        before = cause[0].rpartition(".")[2] if _block(one) else cause[0]
        yield _Change(one, "~", f"renamed, it was {before}{within}", _span(one))


def _cause(old: str, new: str) -> tuple[str, str]:
    """Return two paths without the end that they share: what was renamed."""
    before, after = old.split("."), new.split(".")
    while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
        before.pop()
        after.pop()
    return ".".join(before), ".".join(after)


def _is_renumbered(old: str, new: str) -> bool:
    return old.rpartition(".")[2].isdecimal() and new.rpartition(".")[2].isdecimal()


def _ancestor(node: Node, path: str) -> Node | Scope:
    *inside, _ = (node, *node.ancestors())  # what has been renamed is never the root
    return next((child for child in inside if child.path == path), inside[-1])


def renumbered(difference: Difference) -> list[tuple[Node, Node]]:
    """Return the layers that have another number in a list, old and new."""
    return [
        both for both in difference.moved if _is_renumbered(*_cause(both[0].path, both[1].path))
    ]


def _grouped(changes: Iterable[_Change]) -> Iterator[Line]:
    """Yield one line for equal changes in several uses of a block, or repetitions of a line."""
    groups: dict[Any, list[_Change]] = {}
    for change in changes:
        scope = _block(change.child)
        block = scope.block.name if scope is not None and scope.block else ""
        place: Any = _within(change.child, scope) if block else _span(change.child)
        groups.setdefault((block, place, change.sign, change.what), []).append(change)
    for (block, place, sign, what), group in groups.items():
        first = group[0]
        if len(group) == 1:
            yield Line(sign, first.child.path, what, first.span)
        elif block:
            where = f"block {block} ({len(group):,} uses): {place}"
            yield Line(sign, where, what, first.span)
        else:
            where = first.child.path + more(len(group) - 1)
            yield Line(sign, where, what, first.span)


def _block(child: Node | Scope) -> Scope | None:
    """Return the nearest use of a block that holds a layer."""
    return next((scope for scope in child.ancestors() if scope.block is not None), None)


def _within(child: Node | Scope, scope: Scope | None) -> str:
    return child.path if scope is None else child.path.removeprefix(f"{scope.path}.")


def _span(child: Node | Scope) -> Span:
    if isinstance(child, Node):
        return child.span
    return child.decl.span if child.decl else child.entry.span


def _place(child: Node | Scope, places: dict[str, Scope], top: Span) -> Span:
    """Return the location of a removed layer: the nearest scope that the new file still has."""
    kept = (places[scope.path] for scope in child.ancestors() if scope.path in places)
    return next(map(_span, kept), top)


def _layer(node: Node) -> str:
    return join_text(node) if node.operator.joins else operator_text(node.operator)


def _settings(change: Changed) -> str:
    settings = ", ".join(map(_setting, change.settings))
    if not change.within:
        return settings
    return f"{settings} (and with it {count(change.within, 'layer')} inside)"


def _setting(setting: ChangedSetting) -> str:
    return f"{setting.name} {_value(setting.old)} → {_value(setting.new)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(abridged(value, str))
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return written(value[0])
    return written(value)


def count(number: int, noun: str) -> str:
    """Return a number of things: ``1 layer``, ``2 layers``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def more(number: int) -> str:
    """Return that there are more than those named; nothing for 0."""
    return f" and {number:,} more" if number else ""
