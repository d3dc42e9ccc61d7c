"""Arithmetic on parameters: ``$width`` and ``$(stride != 1 or in_channels != width)``.

An expression is parsed here and evaluated by walking its nodes; Python never sees the text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from archc.language.arithmetic import (
    COMPARISONS,
    FUNCTIONS,
    LARGEST,
    arithmetic,
    bounded,
    comparison,
    element,
    function,
    negate,
    truth,
)
from archc.ops.base.kinds import Value

MAX_DEPTH = 20
MAX_TOKENS = 100  # which bounds how long a chain is, and so how deep its tree
OWN_INPUT = "input."
"""Names that begin so are of the input of a block: ``input.channels``."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+)"
    r"|(?P<name>[^\W\d]\w*(?:\.\w+)*)|(?P<word>'[^']*'|\"[^\"]*\")"
    r"|(?P<symbol>\*\*|//|==|!=|<=|>=|[-+*/%()<>,])|(?P<other>\S))"
)
_RESERVED = ("and", "or", "not", "if", "else")


class SyntaxProblem(Exception):  # noqa: N818 - caught by the one caller and reported
    """The text from `start` to `end` is not valid in an expression."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason, self.start, self.end = reason, start, end


class ParameterName(NamedTuple):
    """A parameter, with its location in the text."""

    name: str
    start: int
    end: int

    def evaluate(self, env: Mapping[str, Value]) -> Value:
        """Look the name up."""
        return env[self.name]


class Literal(NamedTuple):
    """A number or a boolean."""

    value: Value

    def evaluate(self, env: Mapping[str, Value]) -> Value:
        """Return the value."""
        return self.value


class Apply(NamedTuple):
    """A function of evaluated operands."""

    function: Callable[..., Value]
    operands: "tuple[Expression, ...]"

    def evaluate(self, env: Mapping[str, Value]) -> Value:
        """Apply the function, within the bounds of int64."""
        return bounded(self.function(*[operand.evaluate(env) for operand in self.operands]))


class Logic(NamedTuple):
    """``and``/``or``; the right side is evaluated only if the left does not decide."""

    word: str
    left: "Expression"
    right: "Expression"

    def evaluate(self, env: Mapping[str, Value]) -> Value:
        """Combine two truth values."""
        left = truth(self.left.evaluate(env), self.word)
        if left == (self.word == "or"):
            return left
        return truth(self.right.evaluate(env), self.word)


class Choice(NamedTuple):
    """``a if c else b``; only the value that is chosen is evaluated."""

    condition: "Expression"
    chosen: "Expression"
    other: "Expression"

    def evaluate(self, env: Mapping[str, Value]) -> Value:
        """Return one of two values."""
        chosen = truth(self.condition.evaluate(env), "if")
        return (self.chosen if chosen else self.other).evaluate(env)


class Element(NamedTuple):
    """One value of a list: ``depths.2``."""

    name: ParameterName
    positions: tuple[int, ...]

    def evaluate(self, env: Mapping[str, Value]) -> Value:
        """Look the list up, and the value in it."""
        value, name = self.name.evaluate(env), self.name.name
        for position in self.positions:
            value = element(value, position, name)
            name = f"{name}.{position}"
        return value


Expression = ParameterName | Literal | Apply | Logic | Choice | Element


def _parts(expression: Expression) -> "tuple[Expression, ...]":
    if isinstance(expression, Apply):
        return expression.operands
    if isinstance(expression, Logic):
        return expression.left, expression.right
    if isinstance(expression, Choice):
        return expression.condition, expression.chosen, expression.other
    return (expression.name,) if isinstance(expression, Element) else ()


def names_in(expression: Expression) -> Iterator[str]:
    """Yield the parameters that an expression names."""
    if isinstance(expression, ParameterName):
        yield expression.name
    for part in _parts(expression):
        yield from names_in(part)


def size_of(expression: Expression) -> int:
    """Return how many names, constants and operations an expression is made of."""
    return 1 + sum(map(size_of, _parts(expression)))


def parse(text: str) -> tuple[Expression, list[ParameterName]]:
    """Return the expression in `text` (without the ``$``) and the parameters that it names.

    Raises:
        SyntaxProblem: the text is not an expression.
    """
    parser = _Parser(text)
    expression = parser.choice(0)
    parser.expect_end()
    return expression, parser.names


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    """Recursive descent, one method a level of precedence, loosest first, as in Python."""

    def __init__(self, text: str) -> None:
        self.names: list[ParameterName] = []
        self._tokens = [
            _Token(str(m.lastgroup), m[m.lastgroup or 0], m.start(m.lastgroup or 0), m.end())
            for m in islice(_TOKEN.finditer(text), MAX_TOKENS + 1)
        ]
        if len(self._tokens) > MAX_TOKENS:
            raise SyntaxProblem(f"more than {MAX_TOKENS} names, numbers and signs", 0, len(text))
        end = len(text.rstrip())
        self._tokens.append(_Token("end", "", end, end + 1))
        self._at = 0

    @property
    def _token(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str | None:
        text = self._token.text
        if text not in texts or self._token.kind == "end":
            return None
        self._at += 1
        return text

    def _fail(self, reason: str) -> SyntaxProblem:
        return SyntaxProblem(reason, self._token.start, self._token.end)

    def expect_end(self) -> None:
        if self._token.text == "**":
            raise self._fail("there are no powers")
        if self._token.kind != "end":
            raise self._fail(f"`{self._token.text}` is not expected here")

    def choice(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self._fail("nested too deep")
        chosen = self._disjunction(depth)
        if not self._take("if"):
            return chosen
        condition = self._disjunction(depth)
        if not self._take("else"):
            raise self._fail("an `else` is missing: `a if c else b`")
        return Choice(condition, chosen, self.choice(depth + 1))

    def _disjunction(self, depth: int) -> Expression:
        left = self._conjunction(depth)
        while self._take("or"):
            left = Logic("or", left, self._conjunction(depth))
        return left

    def _conjunction(self, depth: int) -> Expression:
        left = self._negation(depth)
        while self._take("and"):
            left = Logic("and", left, self._negation(depth))
        return left

    def _negation(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self._fail("nested too deep")
        if self._take("not"):
            return Apply(negate, (self._negation(depth + 1),))
        return self._comparison(depth)

    def _comparison(self, depth: int) -> Expression:
        left = self._sum(depth)
        chain: Expression | None = None
        while symbol := self._take(*COMPARISONS):
            right = self._sum(depth)
            compared = Apply(comparison(symbol), (left, right))
            chain = Logic("and", chain, compared) if chain else compared
            left = right
        return chain or left

    def _sum(self, depth: int) -> Expression:
        left = self._product(depth)
        while symbol := self._take("+", "-"):
            left = Apply(arithmetic(symbol), (left, self._product(depth)))
        return left

    def _product(self, depth: int) -> Expression:
        left = self._signed(depth)
        while symbol := self._take("*", "//", "/", "%"):
            left = Apply(arithmetic(symbol), (left, self._signed(depth)))
        return left

    def _signed(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self._fail("nested too deep")
        if self._take("-"):
            return Apply(arithmetic("-"), (Literal(0), self._signed(depth + 1)))
        if self._take("+"):
            return self._signed(depth + 1)
        return self._atom(depth)

    def _atom(self, depth: int) -> Expression:
        token = self._token
        self._at += token.kind != "end"
        if token.kind == "number":
            return self._number(token)
        if token.kind == "word":
            return Literal(token.text[1:-1])
        if token.text in ("true", "false"):
            return Literal(token.text == "true")
        if token.kind == "name" and token.text not in _RESERVED:
            return self._call(token, depth) if self._take("(") else self._name(token)
        if token.text == "(":
            inner = self.choice(depth + 1)
            if not self._take(")"):
                self.expect_end()
                raise self._fail("a `)` is missing")
            return inner
        shown = f"`{token.text}`" if token.text else "the end"
        raise SyntaxProblem(f"a number or a name is expected, not {shown}", *token[2:])

    def _name(self, token: _Token) -> ParameterName | Element:
        head, *parts = token.text.split(".")
        if not parts or token.text.startswith(OWN_INPUT):
            name = ParameterName(*token[1:])
            self.names.append(name)
            return name
        for part in parts:
            if not part.isdecimal() or len(part) > 9:
                reason = f"an element of a list has a number, as in `{head}.0`"
                raise SyntaxProblem(reason, *token[2:])
        name = ParameterName(head, token.start, token.start + len(head))
        self.names.append(name)
        return Element(name, tuple(map(int, parts)))

    def _call(self, token: _Token, depth: int) -> Apply:
        if token.text not in FUNCTIONS:
            raise SyntaxProblem(f"there is no function `{token.text}`", *token[2:])
        arguments = self._arguments(depth + 1)
        least, most = FUNCTIONS[token.text].least, FUNCTIONS[token.text].most
        if not least <= len(arguments) <= most:
            takes = "1 value" if least == 1 else f"{least} values"
            reason = f"`{token.text}` takes {takes}, not {len(arguments)}"
            raise SyntaxProblem(reason, *token[2:])
        return Apply(function(token.text), arguments)

    def _arguments(self, depth: int) -> tuple[Expression, ...]:
        operands = [self.choice(depth)]
        while self._take(","):
            operands.append(self.choice(depth))
        if not self._take(")"):
            raise self._fail("a `)` is missing")
        return tuple(operands)

    def _number(self, token: _Token) -> Literal:
        if token.text.isdecimal() and len(token.text) <= 19:
            return Literal(int(token.text))
        number = float(token.text)
        if token.text.isdecimal() or number > LARGEST:
            raise SyntaxProblem("the number is out of range", *token[2:])
        return Literal(number)
