"""Values of the spec, constant or computed, with their locations."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from archc.diagnostics import Diagnostics
from archc.language.arithmetic import ValueProblem
from archc.language.expression import (
    Expression,
    ParameterName,
    SyntaxProblem,
    names_in,
    parse,
    size_of,
)
from archc.ops.base.kinds import Value
from archc.problems.base import abridged, quoted
from archc.problems.forms import NumberWordOrList
from archc.problems.known import Known
from archc.problems.structure import WrongForm
from archc.problems.values import ExpressionSyntax, UnclosedExpression, UnknownParameter
from archc.source import Span
from archc.syntax.tree import Mapping as MappingTree
from archc.syntax.tree import Scalar, Sequence, Tree

INPUT_NAMES = ("in_channels", "in_height", "in_width", "in_features")
"""Names for the size of a node's input, which an expression can use."""
INDEX = "index"
"""The name of a copy's number, from 0, in what a `repeat` repeats."""
OWN_INPUT_NAMES = ("input.channels", "input.height", "input.width", "input.features")
"""Names for the size of the input of a block, or of the network outside of blocks."""

MAX_LISTED = 10_000
_SIMPLE = re.compile(r"\$[^\W\d]\w*(?:\.\w+)*")


class Unknown:
    """A value that a reported mistake makes unknown; it causes no further error."""


UNKNOWN = Unknown()


class SpecValue(NamedTuple):
    """A value as the spec states it: a constant, or an expression to evaluate where it is used."""

    span: Span
    shown: str  # as a message names it
    value: Value | Unknown = None
    expression: Expression | None = None
    items: "tuple[SpecValue, ...]" = ()  # of a list that holds an expression
    cost: int = 0  # steps that it takes to evaluate; see `archc.graph.budget`

    @property
    def constant(self) -> bool:
        """Whether `value` is the same wherever the setting is used."""
        return self.expression is None and not self.items

    def names(self) -> Iterator[str]:
        """Yield the parameters that it names."""
        if self.expression is not None:
            yield from names_in(self.expression)
        for item in self.items:
            yield from item.names()

    def evaluate(self, env: Mapping[str, Value]) -> Value | Unknown:
        """Return the value under `env`.

        Raises:
            ValueProblem: the arithmetic has no result.
            LookupError: a name has no value, which has been reported.
        """
        if self.expression is not None:
            return self.expression.evaluate(env)
        if not self.items:
            return self.value
        values = [item.evaluate(env) for item in self.items]
        if _leaves(values, MAX_LISTED) > MAX_LISTED:
            raise ValueProblem(f"the list would hold more than {MAX_LISTED:,} values")
        return tuple(v for v in values if not isinstance(v, Unknown))


def _leaves(values: Iterable[Any], most: int) -> int:
    """Count the values of nested lists, up to just beyond `most`: nesting can double them."""
    count = 0
    for value in values:
        count += _leaves(value, most - count) if isinstance(value, tuple) else 1
        if count > most:
            break
    return count


def _written(tree: Sequence, most: int) -> int:
    """Count what a list and the lists in it hold, to just beyond `most`."""
    found = 0
    for item in tree.items:
        found += _written(item, most - found) if isinstance(item, Sequence) else 1
        if found > most:
            break
    return found


class Names:
    """The parameters that expressions of one body can name, and those that they do name."""

    def __init__(self, known: Known, used: Callable[[str], None]) -> None:
        self.known = known
        self.used = used


def spec_value(tree: Tree, names: Names, diagnostics: Diagnostics) -> SpecValue:
    """Return the value that `tree` states; one that is not valid is reported and unknown."""
    if isinstance(tree, Scalar):
        return _scalar(tree, names, diagnostics)
    if isinstance(tree, Sequence):
        if _written(tree, MAX_LISTED) <= MAX_LISTED:
            return _list(tree, names, diagnostics)
        needs = f"a list of {MAX_LISTED:,} values at most"
        diagnostics.report(WrongForm("a setting", needs, "a longer one"), tree.span)
        return SpecValue(tree.span, tree.described(), UNKNOWN)
    if isinstance(tree, MappingTree):
        problem = WrongForm("a value", NumberWordOrList(), tree.described())
        diagnostics.report(problem, tree.span)
    return SpecValue(tree.span, tree.described(), UNKNOWN)


def _list(tree: Sequence, names: Names, diagnostics: Diagnostics) -> SpecValue:
    items = tuple(spec_value(item, names, diagnostics) for item in tree.items)
    text = f"`[{', '.join(abridged(items, lambda item: item.shown.strip('`')))}]`"
    values = [item.value for item in items]
    if any(isinstance(value, Unknown) for value in values):
        return SpecValue(tree.span, text, UNKNOWN)
    if not all(item.constant for item in items):
        return SpecValue(tree.span, text, items=items, cost=sum(1 + item.cost for item in items))
    return SpecValue(tree.span, text, tuple(v for v in values if not isinstance(v, Unknown)))


def _scalar(tree: Scalar, names: Names, diagnostics: Diagnostics) -> SpecValue:
    text = tree.text
    if not isinstance(tree.value, str) or not text.startswith("$"):
        return SpecValue(tree.span, tree.described(), tree.value)
    if text.startswith("$(") and _unclosed(text):
        diagnostics.report(UnclosedExpression(text), tree.span)
        return SpecValue(tree.span, quoted(text), UNKNOWN)
    return value_within(tree, 0, len(text.rstrip()), names, diagnostics)


def value_within(
    tree: Scalar, start: int, end: int, names: Names, diagnostics: Diagnostics
) -> SpecValue:
    """Return the value of ``$name`` or ``$(…)``, which is a part of a scalar's text.

    Args:
        tree: the scalar.
        start: where the part begins in its text.
        end: where it ends.
        names: what the expression can name.
        diagnostics: where mistakes are reported.
    """
    text = tree.text[start:end]
    inner, offset = (text[2:-1], start + 2) if text.startswith("$(") else (text[1:], start + 1)
    try:
        if not text.startswith("$(") and not _SIMPLE.fullmatch(text):
            raise SyntaxProblem("a name must follow `$`, or arithmetic in `$(…)`", -1, len(text))
        expression, parameters = parse(inner)
    except SyntaxProblem as problem:
        place = _within(tree, problem.start + offset, problem.end + offset)
        diagnostics.report(ExpressionSyntax(problem.reason), place)
        return SpecValue(tree.span, quoted(text), UNKNOWN)
    return _checked(tree, expression, parameters, offset, names, diagnostics)


def is_cut(tree: Tree | None) -> bool:
    """Whether YAML cut an expression off at a comma."""
    return isinstance(tree, Scalar) and tree.text.startswith("$(") and _unclosed(tree.text)


def _unclosed(text: str) -> bool:
    return not text.rstrip().endswith(")") or text.count("(") > text.count(")")


def _checked(
    tree: Scalar,
    expression: Expression,
    parameters: list[ParameterName],
    offset: int,
    names: Names,
    diagnostics: Diagnostics,
) -> SpecValue:
    known = True
    for name in parameters:
        if name.name in names.known:
            names.used(name.name)
            continue
        known = False
        place = _within(tree, name.start + offset, name.end + offset)
        diagnostics.report(UnknownParameter(name.name, names.known), place)
    if not known:
        return SpecValue(tree.span, quoted(tree.text), UNKNOWN)
    cost = 2 * size_of(expression)
    return SpecValue(tree.span, quoted(tree.text), expression=expression, cost=cost)


def _within(tree: Scalar, start: int, end: int) -> Span:
    """Return the location of a part of a scalar; of all of it where it is escaped or folded."""
    span = tree.span
    written = span.source.line(span.line)[span.column - 1 :]
    shift = 0 if tree.plain else 1
    if not written[shift:].startswith(tree.text):
        return span
    column = span.column + shift
    return span._replace(
        column=column + start, end_line=span.line, end_column=column + max(end, start + 1)
    )
