"""How something is written that has a name and settings: ``zeros``, ``{adam: {lr: 0.001}}``."""

from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.problems.forms import CallOf, MappingOf
from archc.problems.structure import WrongForm
from archc.syntax.tree import Mapping, Scalar, Tree, Unreadable

Pair = tuple[Scalar, Tree]


class Call(NamedTuple):
    """A name, the value that it has, and the keys beside it."""

    key: Scalar
    value: Tree | None = None
    beside: tuple[Pair, ...] = ()

    def settings(self, principal: str | None, diagnostics: Diagnostics) -> list[Pair]:
        """Return the settings as pairs of key and value, in either way of writing them.

        Args:
            principal: the setting that can be written without its name, if any.
            diagnostics: where a value is reported that is none of these.
        """
        value = self.value
        if value is None or (isinstance(value, Scalar) and value.value is None):
            return [*self.beside]
        if isinstance(value, Mapping):
            return [*value, *self.beside]
        if principal is not None:
            return [(Scalar(principal, True, value.span), value), *self.beside]
        if not isinstance(value, Unreadable):
            problem = WrongForm(f"`{self.key.text}`", MappingOf("settings"), value.described())
            diagnostics.report(problem, value.span)
        return [*self.beside]


def read_call(tree: Tree, where: str, example: str, diagnostics: Diagnostics) -> Call | None:
    """Return the call that `tree` states, or None after reporting that it is none.

    It is a bare name, ``{name: {setting: value}}``, or ``{name: principal, setting: value}``.

    Args:
        tree: the call.
        where: the key that it is the value of.
        example: a name that is valid here.
        diagnostics: where to report.
    """
    if isinstance(tree, Unreadable):
        return None
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        return Call(tree)
    if isinstance(tree, Mapping) and tree.entries:
        (key, value), *beside = tree
        return Call(key, value, tuple(beside))
    diagnostics.report(WrongForm(f"`{where}`", CallOf(example), tree.described()), tree.span)
    return None
