"""Arithmetic on parameters: ``$width`` and ``$(stride != 1 or in_channels != width)``.

An expression is parsed here and evaluated by walking its nodes; Python never sees the text.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from archc.ops.base.kinds import Value
from archc.problems.base import abridged

LARGEST = 2**63 - 1
MAX_DEPTH = 20
_LONGEST = 60  # letters of a word that is shown
MAX_TOKENS = 100  # which bounds how long a chain is, and so how deep its tree

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+)|(?P<name>[^\W\d]\w*)"
    r"|(?P<symbol>\*\*|//|==|!=|<=|>=|[-+*/%()<>,])|(?P<other>\S))"
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class SyntaxProblem(Exception):  # noqa: N818 - caught by the one caller and reported
    """The text from `start` to `end` is not valid in an expression."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason, self.start, self.end = reason, start, end


class ValueProblem(Exception):  # noqa: N818 - caught by the one caller and reported
    """An expression has no value for these parameters."""


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
        result = self.function(*[operand.evaluate(env) for operand in self.operands])
        if isinstance(result, int | float) and abs(result) > LARGEST:
            raise ValueProblem("the result is out of range")
        return result


class Logic(NamedTuple):
    """``and``/``or``; the right side is evaluated only if the left does not decide."""

    word: str
    left: "Expression"
    right: "Expression"

    def evaluate(self, env: Mapping[str, Value]) -> Value:
        """Combine two truth values."""
        left = _truth(self.left.evaluate(env), self.word)
        if left == (self.word == "or"):
            return left
        return _truth(self.right.evaluate(env), self.word)


Expression = ParameterName | Literal | Apply | Logic


def names_in(expression: Expression) -> Iterator[str]:
    """Yield the parameters that an expression names."""
    if isinstance(expression, ParameterName):
        yield expression.name
    elif isinstance(expression, Apply):
        for operand in expression.operands:
            yield from names_in(operand)
    elif isinstance(expression, Logic):
        yield from names_in(expression.left)
        yield from names_in(expression.right)


def size_of(expression: Expression) -> int:
    """Return how many names, constants and operations an expression is made of."""
    if isinstance(expression, Apply):
        return 1 + sum(map(size_of, expression.operands))
    if isinstance(expression, Logic):
        return 1 + size_of(expression.left) + size_of(expression.right)
    return 1


def parse(text: str) -> tuple[Expression, list[ParameterName]]:
    """Return the expression in `text` (without the ``$``) and the parameters that it names.

    Raises:
        SyntaxProblem: the text is not an expression.
    """
    parser = _Parser(text)
    expression = parser.disjunction(0)
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

    def disjunction(self, depth: int) -> Expression:
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
            return Apply(_negate, (self._negation(depth + 1),))
        return self._comparison(depth)

    def _comparison(self, depth: int) -> Expression:
        left = self._sum(depth)
        chain: Expression | None = None
        while symbol := self._take(*_COMPARISONS):
            right = self._sum(depth)
            compared = Apply(_comparison(symbol), (left, right))
            chain = Logic("and", chain, compared) if chain else compared
            left = right
        return chain or left

    def _sum(self, depth: int) -> Expression:
        left = self._product(depth)
        while symbol := self._take("+", "-"):
            left = Apply(_arithmetic(symbol), (left, self._product(depth)))
        return left

    def _product(self, depth: int) -> Expression:
        left = self._signed(depth)
        while symbol := self._take("*", "//", "/", "%"):
            left = Apply(_arithmetic(symbol), (left, self._signed(depth)))
        return left

    def _signed(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self._fail("nested too deep")
        if self._take("-"):
            return Apply(_arithmetic("-"), (Literal(0), self._signed(depth + 1)))
        if self._take("+"):
            return self._signed(depth + 1)
        return self._atom(depth)

    def _atom(self, depth: int) -> Expression:
        token = self._token
        self._at += token.kind != "end"
        if token.kind == "number":
            return self._number(token)
        if token.text in ("min", "max") and self._take("("):
            return Apply(_extreme(token.text), self._arguments(depth + 1))
        if token.text in ("true", "false"):
            return Literal(token.text == "true")
        if token.kind == "name" and token.text not in ("and", "or", "not"):
            if self._token.text == "(":
                raise SyntaxProblem(f"there is no function `{token.text}`", *token[2:])
            name = ParameterName(*token[1:])
            self.names.append(name)
            return name
        if token.text == "(":
            inner = self.disjunction(depth + 1)
            if not self._take(")"):
                self.expect_end()
                raise self._fail("a `)` is missing")
            return inner
        shown = f"`{token.text}`" if token.text else "the end"
        raise SyntaxProblem(f"a number or a name is expected, not {shown}", *token[2:])

    def _arguments(self, depth: int) -> tuple[Expression, ...]:
        operands = [self.disjunction(depth)]
        while self._take(","):
            operands.append(self.disjunction(depth))
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


def _truth(value: Value, word: str) -> bool:
    if not isinstance(value, bool):
        raise ValueProblem(f"`{word}` needs true or false, not {spoken(value)}")
    return value


def _negate(value: Value) -> bool:
    return not _truth(value, "not")


def _comparison(symbol: str) -> Callable[..., bool]:
    function = _COMPARISONS[symbol]

    def compare(left: Value, right: Value) -> bool:
        if symbol not in ("==", "!="):
            _require_numbers(symbol, left, right)
        elif isinstance(left, bool) != isinstance(right, bool):
            return symbol == "!="  # though Python says True == 1
        return bool(function(left, right))

    return compare


def _arithmetic(symbol: str) -> Callable[..., Value]:
    def compute(left: Any, right: Any) -> Value:
        _require_numbers(symbol, left, right)
        if symbol in ("/", "//", "%") and right == 0:
            raise ValueProblem(f"`{symbol}` by zero")
        result: Value = _ARITHMETIC[symbol](left, right)
        return result

    return compute


def _divide(left: Any, right: Any) -> Any:
    """Divide; whole if there is no remainder, so that ``$(width / 2)`` is a channel count."""
    even = isinstance(left, int) and isinstance(right, int) and left % right == 0
    return left // right if even else left / right


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "//": operator.floordiv,
    "%": operator.mod,
}


def _extreme(word: str) -> Callable[..., Value]:
    def choose(*values: Any) -> Value:
        _require_numbers(word, *values)
        result: Value = min(values) if word == "min" else max(values)
        return result

    return choose


def _require_numbers(symbol: str, *values: Value) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueProblem(f"`{symbol}` needs numbers, not {spoken(value)}")


def spoken(value: Value) -> str:
    """Return a value as a message names it: as a spec would write it, in backticks."""
    if value is None:
        return "nothing"
    return f"`{written(value)}`"


def written(value: Value) -> str:
    """Return a value as a spec writes it; a long one is shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(abridged(value, written))}]"
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
