"""Numbers that remember how they were computed.

To write a block as a class, the emitter must know that a batch norm's 128 channels are the
block's `width`. Nothing needs to be solved for that: the settings of the block's operations are
evaluated once more (`archc.graph.tracer`) with arguments that are numbers and carry their name,
and whatever the rules of the operators compute from them carries its formula.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_OPERATIONS = 4
"""A longer formula would not be read by anyone: the number becomes an argument instead."""

_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "//": 2, "%": 2}


class Name(NamedTuple):
    """An argument of the class."""

    name: str

    def __str__(self) -> str:
        return self.name


class Item(NamedTuple):
    """One of the two numbers of a pair that is an argument."""

    name: str
    position: int

    def __str__(self) -> str:
        return f"{self.name}[{self.position}]"


class Formula(NamedTuple):
    """An operation on numbers and formulas."""

    symbol: str
    left: "Code | int | float"
    right: "Code | int | float"

    def __str__(self) -> str:
        left = _bracketed(self.left, _PRECEDENCE[self.symbol])
        right = _bracketed(self.right, _PRECEDENCE[self.symbol] + 1)
        return f"{left} {self.symbol} {right}"


Code = Name | Item | Formula


def _bracketed(code: "Code | int | float", precedence: int) -> str:
    loose = isinstance(code, Formula) and _PRECEDENCE[code.symbol] < precedence
    return f"({code})" if loose else str(code)


def _operations(code: "Code | int | float") -> int:
    if not isinstance(code, Formula):
        return 0
    return 1 + _operations(code.left) + _operations(code.right)


def _apply(symbol: str, left: Any, right: Any) -> Any:
    result = _COMPUTE[symbol](left, right)
    if result is NotImplemented:
        return result
    code = Formula(symbol, code_of(left), code_of(right))
    small = _operations(code) <= MAX_OPERATIONS
    return TracedInt(result, code) if small and isinstance(result, int) else result


class TracedInt(int):
    """A whole number with the formula that it came from."""

    code: Code

    def __new__(cls, value: int, code: Code) -> "TracedInt":
        """Return `value` with its formula."""
        traced = super().__new__(cls, value)
        traced.code = code
        return traced

    def __repr__(self) -> str:
        return f"{int(self)}={self.code}"

    def __add__(self, other: Any) -> Any:
        return _apply("+", self, other)

    def __radd__(self, other: Any) -> Any:
        # sum() begins from 0, which no one would write.
        return self if type(other) is int and other == 0 else _apply("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return _apply("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _apply("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return _apply("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        # prod() begins from 1, likewise.
        return self if type(other) is int and other == 1 else _apply("*", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return _apply("//", self, other)

    def __mod__(self, other: Any) -> Any:
        return _apply("%", self, other)


class TracedFloat(float):
    """A fraction that is an argument; what is computed from it is a plain number."""

    code: Code

    def __new__(cls, value: float, code: Code) -> "TracedFloat":
        """Return `value` with its formula."""
        traced = super().__new__(cls, value)
        traced.code = code
        return traced

    def __repr__(self) -> str:
        return f"{float(self)}={self.code}"


class TracedStr(str):
    """A word that is an argument."""

    code: Code

    def __new__(cls, value: str, code: Code) -> "TracedStr":
        """Return `value` with its formula."""
        traced = super().__new__(cls, value)
        traced.code = code
        return traced

    def __repr__(self) -> str:
        return f"{str(self)!r}={self.code}"


_COMPUTE = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "//": int.__floordiv__,
    "%": int.__mod__,
}


def code_of(value: Any) -> Any:
    """Return the formula of a traced value; any other is its own."""
    return getattr(value, "code", value)


def traced(value: Any, code: Code) -> Any:
    """Return `value` with a formula, where its type can carry one: booleans cannot."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return TracedInt(value, code)
    if isinstance(value, float):
        return TracedFloat(value, code)
    if isinstance(value, str):
        return TracedStr(value, code)
    if isinstance(value, tuple) and isinstance(code, Name):
        return tuple(traced(item, Item(code.name, i)) for i, item in enumerate(value))
    return value


def rebase(value: Any, arguments: Mapping[str, Any]) -> Any:
    """Return a traced value in terms of what the arguments in its formula were given.

    Raises:
        LookupError: the formula has an argument that was not given.
    """
    if isinstance(value, tuple | list):
        return type(value)(rebase(item, arguments) for item in value)
    return _evaluate(code_of(value), arguments)


def _evaluate(code: Any, arguments: Mapping[str, Any]) -> Any:
    if isinstance(code, Name):
        return arguments[code.name]
    if isinstance(code, Item):
        return arguments[code.name][code.position]
    if isinstance(code, Formula):
        left, right = _evaluate(code.left, arguments), _evaluate(code.right, arguments)
        return _plain_or_traced(code.symbol, left, right)
    return code


def _plain_or_traced(symbol: str, left: Any, right: Any) -> Any:
    if isinstance(left, TracedInt) or isinstance(right, TracedInt):
        return _apply(symbol, left, right)
    return _COMPUTE[symbol](left, right)


def plain(value: Any) -> Any:
    """Return a value without formulas."""
    for plain_type in (bool, int, float, str):
        if isinstance(value, plain_type):
            return plain_type(value)
    return tuple(map(plain, value)) if isinstance(value, tuple) else value
