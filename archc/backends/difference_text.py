"""What changed between two networks: as lines, as an object, and as GitHub's annotations.

Not in `archc/render/`, which knows diagnostics and no graphs.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from archc.analyses.difference import Changed, Difference, Setting
from archc.analyses.settings import join_text, operator_text
from archc.graph.graph import Graph, Node, Scope
from archc.problems.shapes import shape_text
from archc.render.display import printable
from archc.render.machine import annotation
from archc.source import Span
from archc.spec.expression import written

VERSION = 1
_SHOWN = 6


class _Line(NamedTuple):
    """One change that is told: its sign, where, what, and its place in the new file."""

    sign: str
    where: str
    what: str
    span: Span

    def __str__(self) -> str:
        return printable(f"{self.sign} {self.where}: {self.what}")


def difference_text(found: Difference, new: Graph) -> str:
    """Return what changed as a person reads it, a line for each change."""
    if found.same:
        return "the same network\n"
    lines = [str(line) for line in _lines(found, new)]
    lines += [printable(line) for line in (_moved(found), _downstream(found)) if line]
    return "\n".join([*lines, *([""] if lines else []), *_totals(found), *_keys(found)]) + "\n"


def difference_github(found: Difference, new: Graph) -> str:
    """Return a notice for each change, at its place in the new file."""
    return "".join(
        annotation("notice", line.span, "archc diff", printable(f"{line.where}: {line.what}"))
        for line in _lines(found, new)
    )


def difference_json(found: Difference) -> dict[str, Any]:
    """Return what changed as plain data; `docs/diff.md` says what each field is."""
    return {
        "version": VERSION,
        "same": found.same,
        "network": [setting._asdict() for setting in found.network],
        "added": [node.path for node in found.added],
        "removed": [node.path for node in found.removed],
        "changed": [
            {"name": change.new.path, "settings": [s._asdict() for s in change.settings]}
            for change in found.changed
        ],
        "moved": {old.path: new.path for old, new in found.moved},
        "downstream": {
            new.path: {"old": list(old.shape or ()), "new": list(new.shape or ())}
            for old, new in found.downstream
        },
        "totals": {"old": found.old._asdict(), "new": found.new._asdict()},
        "keys": {
            "kept": list(found.keys.kept),
            "lost": list(found.keys.lost),
            "reshaped": {
                name: {"old": list(has), "new": list(needs)}
                for name, (has, needs, _) in found.keys.reshaped.items()
            },
            "fresh": list(found.keys.fresh),
        },
    }


def _lines(found: Difference, new: Graph) -> Iterator[_Line]:
    top = new.spec.source.whole()
    for setting in found.network:
        yield _Line("~", "network", _setting(setting), top)
    places = {scope.path: scope for scope in new.root.scopes()}
    told = [_Change(node, "-", _layer(node), _place(node, places, top)) for node in found.removed]
    told += [_Change(node, "+", _layer(node), node.span) for node in found.added]
    told += [
        _Change(change.new, "~", _settings(change), _span(change.new)) for change in found.changed
    ]
    yield from _grouped(told)


class _Change(NamedTuple):
    child: Node | Scope
    sign: str
    what: str
    span: Span


def _grouped(changes: Iterable[_Change]) -> Iterator[_Line]:
    """Tell what changed alike in several uses of one line of a block once, at the block."""
    groups: dict[Any, list[_Change]] = {}
    for change in changes:
        scope = _block(change.child)
        alone = change.child.path if scope is None else ""
        within = _within(change.child, scope)
        block = scope.block.name if scope is not None and scope.block else ""
        groups.setdefault((block, within, change.sign, change.what, alone), []).append(change)
    for (block, within, sign, what, _), group in groups.items():
        first = group[0]
        if len(group) == 1:
            yield _Line(sign, first.child.path, what, first.span)
        else:
            where = f"block {block} ({len(group):,} uses): {within}"
            yield _Line(sign, where, what, first.span)


def _block(child: Node | Scope) -> Scope | None:
    """Return the nearest use of a block that a layer stands in."""
    scope = child.scope if isinstance(child, Node) else child.parent
    while scope is not None and scope.block is None:
        scope = scope.parent
    return scope


def _within(child: Node | Scope, scope: Scope | None) -> str:
    return child.path if scope is None else child.path.removeprefix(f"{scope.path}.")


def _span(child: Node | Scope) -> Span:
    if isinstance(child, Node):
        return child.span
    return child.decl.span if child.decl else child.entry.span


def _place(node: Node, places: dict[str, Scope], top: Span) -> Span:
    """Return where a removed layer would stand: the nearest scope that the new file still has."""
    scope = node.scope
    while scope is not None and scope.path not in places:
        scope = scope.parent
    return _span(places[scope.path]) if scope is not None else top


def _layer(node: Node) -> str:
    assert node.operator is not None
    return join_text(node) if node.operator.joins else operator_text(node.operator)


def _settings(change: Changed) -> str:
    told = ", ".join(map(_setting, change.settings))
    if not change.within:
        return told
    return f"{told} (and with it {_count(change.within, 'layer')} inside)"


def _setting(setting: Setting) -> str:
    return f"{setting.name} {_value(setting.old)} → {_value(setting.new)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return written(value[0])
    return written(value)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _moved(found: Difference) -> str:
    if not found.moved:
        return ""
    old, new = found.moved[0]
    return f"  {_count(len(found.moved), 'layer')} renumbered: {old.path} → {new.path}" + _more(
        len(found.moved) - 1
    )


def _downstream(found: Difference) -> str:
    if not found.downstream:
        return ""
    old, new = found.downstream[0]
    shapes = f"{shape_text(old.shape or ())} → {shape_text(new.shape or ())}"
    told = f"  and {_count(len(found.downstream), 'layer')} downstream with other shapes"
    return f"{told}: {new.path} {shapes}" + _more(len(found.downstream) - 1)


def _more(number: int) -> str:
    return f" and {number:,} more" if number else ""


def _totals(found: Difference) -> Iterator[str]:
    names = {"params": "parameters", "macs": "MACs", "macs_training": "MACs in training"}
    for field, name in names.items():
        old, new = getattr(found.old, field), getattr(found.new, field)
        if field == "macs_training" and found.old.macs == old and found.new.macs == new:
            continue
        changed = f"{old:,} → {new:,} ({new - old:+,})"
        yield f"{name}: {changed}" if old != new else f"{name}: {old:,}, as before"


def _keys(found: Difference) -> Iterator[str]:
    keys = found.keys
    numbers = {"lost": len(keys.lost), "reshaped": len(keys.reshaped), "new": len(keys.fresh)}
    told = [f"{len(keys.kept):,} kept", *(f"{n:,} {what}" for what, n in numbers.items() if n)]
    yield f"keys of a checkpoint: {', '.join(told)}"
    for what, names in (("lost", keys.lost), ("reshaped", tuple(keys.reshaped))):
        if names:
            shown = printable(", ".join(names[:_SHOWN]))
            yield f"  {what}: {shown}{_more(len(names) - _SHOWN if len(names) > _SHOWN else 0)}"
