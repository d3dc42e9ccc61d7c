"""Values that take the place of a recipe's: ``--set optimizer.lr=3e-4``."""

from collections.abc import Sequence as Sequences
from functools import cached_property

from archc.diagnostics import Diagnostics
from archc.problems.forms import WithinMapping
from archc.problems.structure import WrongForm
from archc.source import Source, Span
from archc.syntax.reader import read
from archc.syntax.tree import Mapping, Scalar, Sequence, Tree


class _Override(Source):
    """An override, which is shown whole, but read from its value on; columns count in the whole."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__("--set", " " * (len(path) + 1) + text)
        self._shown = f"{path}={text}"

    @cached_property
    def lines(self) -> list[str]:
        """The lines that are shown."""
        return Source(self.name, self._shown).lines


def overridden(
    tree: Mapping, overrides: Sequences[tuple[str, str]], diagnostics: Diagnostics
) -> Mapping:
    """Return a recipe with each value in its place; an override that has none is reported.

    A path walks mappings. Where one holds nothing but a call, ``{adam: {lr: 0.001}}`` or the bare
    name, the call's name may be left out: ``optimizer.lr``.
    """
    for path, text in overrides:
        changed = _changed(tree, path, text, diagnostics)
        tree = changed if isinstance(changed, Mapping) else tree
    return tree


def _changed(tree: Mapping, path: str, text: str, diagnostics: Diagnostics) -> Tree | None:
    source = _Override(path, text)
    start = len(path) + 2
    span = Span(source, 1, start, 1, start + len(text))
    keys, column = [], 1
    for part in path.split("."):
        keys.append(Scalar(part, False, Span(source, 1, column, 1, column + len(part))))
        column += len(part) + 1
    value = read(source, diagnostics) if text.strip() else Scalar("", True, span)
    if value is None:
        return None
    changed = _put(tree, keys, value)
    if changed is None:
        whole = Span(source, 1, 1, 1, len(path) + 1)
        problem = WrongForm("what is set", WithinMapping(), f"`{path}`")
        diagnostics.report(problem, whole)
    return changed


def _put(tree: Tree, keys: list[Scalar], value: Tree) -> Tree | None:
    """Return `tree` with `value` at the path `keys`, or None where the path leads nowhere."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(tree, Scalar):
        return _put_into_name(tree, keys, value)
    if isinstance(tree, Sequence):
        return _put_into_list(tree, keys, value)
    if not isinstance(tree, Mapping):
        return None
    entries = dict(tree.entries)
    only = next(iter(tree)) if len(entries) == 1 else None
    if key.text in entries:
        name, inner = entries[key.text]
        changed = _put(inner, rest, value)
        place = key if not rest else name
    elif only is not None and isinstance(only[1], Mapping):
        place, changed = only[0], _put(only[1], keys, value)
    else:
        place, changed = key, _put(Mapping({}, key.span), rest, value) if rest else value
    if changed is None:
        return None
    entries[place.text] = (place, changed)
    return Mapping(entries, tree.span)


def _put_into_name(tree: Scalar, keys: list[Scalar], value: Tree) -> Tree | None:
    """Give settings to a call that has none yet: ``adam``."""
    if not isinstance(tree.value, str | None):
        return None
    key, *rest = keys
    if tree.value is None:
        return _put(Mapping({}, tree.span), keys, value)
    inner = _put(Mapping({}, tree.span), rest if key.text == tree.text and rest else keys, value)
    return inner and Mapping({tree.text: (tree, inner)}, tree.span)


def _put_into_list(tree: Sequence, keys: list[Scalar], value: Tree) -> Tree | None:
    key, *rest = keys
    if not key.text.isdecimal() or int(key.text) >= len(tree.items):
        return None
    items = list(tree.items)
    changed = _put(items[int(key.text)], rest, value)
    if changed is None:
        return None
    items[int(key.text)] = changed
    return Sequence(items, tree.span)
