"""Calls of torch's functions and classes by name: ``zeros``, ``{adam: {lr: 0.001}}``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.language.respelling import meant
from archc.ops.base.kinds import Unfit, UnfitItem, Value, ValueKind
from archc.problems.forms import CallOf, MappingOf
from archc.problems.structure import MissingKey, UnknownKey, WrongForm
from archc.problems.values import BadValue
from archc.source import Span
from archc.syntax.tree import Mapping as MappingTree
from archc.syntax.tree import Scalar, Sequence, Tree, Unreadable


class Call(NamedTuple):
    """A use of something that torch or torchvision has by name: ``{adam: {lr: 0.001}}``.

    `settings` holds what the file gives and nothing else: the rest is torch's own default.
    """

    name: str
    settings: Mapping[str, Value]
    span: Span


@dataclass(frozen=True)
class Entry:
    """Something that can be called.

    Args:
        torch_name: the class of torch or torchvision.
        settings: its parameters by torch's own names.
        required: those that torch has no default for (and archc fills in none).
        principal: the one that may be written without its name, as in ``{center_crop: 224}``.
        objection: says what settings that are good by themselves must be to go together, and
            what they are; None where they do.
    """

    torch_name: str
    settings: Mapping[str, ValueKind] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    principal: str | None = None
    objection: Callable[[Mapping[str, Value]], tuple[str, str] | None] = lambda settings: None


def read_call(
    tree: Tree, table: Mapping[str, Entry], where: str, diagnostics: Diagnostics
) -> Call | None:
    """Return the call of an entry of `table` that `tree` states, or None after a report.

    It is a bare name, ``{name: {setting: value}}``, or ``{name: principal, setting: value}``.
    """
    if isinstance(tree, Unreadable):
        return None
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        named: tuple[Scalar, Tree | None] = (tree, None)
        beside: list[tuple[Scalar, Tree]] = []
    elif isinstance(tree, MappingTree) and tree.entries:
        named, *beside = tree
    else:
        needs = CallOf(next(iter(table)))
        diagnostics.report(WrongForm(f"`{where}`", needs, tree.described()), tree.span)
        return None
    key, value = named
    name = key.text
    if name not in table:
        diagnostics.report(UnknownKey(name, f"`{where}`", tuple(table)), key.span)
        name = meant(name, tuple(table), ()) or ""
        if name not in table:
            return None
    entry = table[name]
    given = _given(entry, name, value, beside, diagnostics)
    errors = len(diagnostics)
    settings = read_settings(entry.settings, given, f"`{name}`", diagnostics)
    missing = tuple(wanted for wanted in entry.required if wanted not in settings)
    if len(diagnostics) == errors and missing:
        diagnostics.report(MissingKey(missing, f"`{name}`"), key.span)
    reason = None if len(diagnostics) > errors or missing else entry.objection(settings)
    if reason is not None:
        diagnostics.report(BadValue(name, *reason), key.span)
    return Call(name, settings, key.span)


def _given(
    entry: Entry,
    name: str,
    value: Tree | None,
    beside: list[tuple[Scalar, Tree]],
    diagnostics: Diagnostics,
) -> list[tuple[Scalar, Tree]]:
    """Return the settings as pairs of key and value, in either way of writing them."""
    if value is None or (isinstance(value, Scalar) and value.value is None):
        return beside
    if isinstance(value, MappingTree):
        return [*value, *beside]
    if entry.principal is not None:
        return [(Scalar(entry.principal, True, value.span), value), *beside]
    if not isinstance(value, Unreadable):
        problem = WrongForm(f"`{name}`", MappingOf("settings"), value.described())
        diagnostics.report(problem, value.span)
    return beside


def read_settings(
    kinds: Mapping[str, ValueKind],
    given: list[tuple[Scalar, Tree]],
    where: str,
    diagnostics: Diagnostics,
) -> dict[str, Value]:
    """Return the settings that fit their kinds; the others are reported."""
    settings: dict[str, Value] = {}
    names = {key.text for key, _ in given}
    for key, value in given:
        name = key.text
        if name not in kinds:
            diagnostics.report(UnknownKey(name, where, tuple(kinds), names), key.span)
            known = meant(name, tuple(kinds), names)
            if known is None:
                continue
            name = known
        accepted = read_value(name, kinds[name], value, diagnostics)
        if not isinstance(accepted, Unfit):
            settings[name] = accepted
    return settings


def read_value(name: str, kind: ValueKind, tree: Tree, diagnostics: Diagnostics) -> Value | Unfit:
    """Return the value in its kind's form; one that does not fit is reported and Unfit."""
    value = plain(tree)
    accepted = Unfit(kind.expected) if isinstance(value, Unfit) else kind.accept(value)
    if isinstance(accepted, UnfitItem) and isinstance(tree, Sequence):
        item = tree.items[accepted.number]
        named = f"{name}[{accepted.number}]"
        problem = BadValue(named, accepted.item, item.described(), plain(item))
        diagnostics.report(problem, item.span)
    elif isinstance(accepted, Unfit) and not isinstance(tree, Unreadable):
        diagnostics.report(BadValue(name, accepted.expected, tree.described(), value), tree.span)
    return accepted


def plain(tree: Tree) -> Value | Unfit:
    """Return a value without locations, lists as tuples; Unfit where it holds a mapping."""
    if isinstance(tree, Scalar):
        return tree.value
    if not isinstance(tree, Sequence):
        return Unfit("")
    items = [plain(item) for item in tree.items]
    unfit = [item for item in items if isinstance(item, Unfit)]
    return unfit[0] if unfit else tuple(item for item in items if not isinstance(item, Unfit))
