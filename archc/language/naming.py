"""The names of the copies of a `repeat`: ``denselayer$(index + 1)``."""

import re
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.language.values import Names, SpecValue, value_within
from archc.problems.base import quoted
from archc.problems.forms import NameOf
from archc.problems.values import BadValue, UnclosedExpression
from archc.source import Span
from archc.syntax.tree import Scalar, Tree, Unreadable

_COMPUTED = re.compile(r"\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\$[^\W\d]\w*|\$")


class Naming(NamedTuple):
    """A name with expressions in it.

    Args:
        span: its location.
        shown: as a message names it.
        parts: words, and values that are written in between.
    """

    span: Span
    shown: str
    parts: tuple[str | SpecValue, ...]


def read_naming(tree: Tree, names: Names, diagnostics: Diagnostics) -> Naming | None:
    """Return the names that `as` states, or None after reporting that it states none."""
    if not isinstance(tree, Scalar) or tree.value is None:
        if not isinstance(tree, Unreadable):
            diagnostics.report(BadValue("as", NameOf(), tree.described()), tree.span)
        return None
    if _cut(tree.text):
        diagnostics.report(UnclosedExpression(tree.text), tree.span)
        return None
    parts: list[str | SpecValue] = []
    end = 0
    for found in _COMPUTED.finditer(tree.text):
        parts.append(tree.text[end : found.start()])
        parts.append(value_within(tree, found.start(), found.end(), names, diagnostics))
        end = found.end()
    if not parts:
        needs = f"another name for each copy, such as `{tree.text}$index`"
        diagnostics.report(BadValue("as", needs, tree.described()), tree.span)
        return None
    parts.append(tree.text[end:])
    return Naming(tree.span, quoted(tree.text), tuple(part for part in parts if part != ""))


def _cut(text: str) -> bool:
    """Whether YAML cut an expression off at a comma."""
    return any(
        found[0] == "$" and text[found.end() :][:1] == "(" for found in _COMPUTED.finditer(text)
    )
