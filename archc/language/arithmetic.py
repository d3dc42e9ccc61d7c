"""The operations and functions of expressions, on numbers and on pairs of numbers."""

import operator
from collections.abc import Callable
from math import ceil, floor
from typing import Any, NamedTuple

from archc.ops.base.kinds import Value
from archc.problems.base import abridged

LARGEST = 2**63 - 1
_LONGEST = 60  # letters of a word that is shown


class ValueProblem(Exception):  # noqa: N818 - caught by the one caller and reported
    """An expression has no value for these parameters."""


def bounded(value: Value) -> Value:
    """Return a value whose numbers are within the bounds of int64.

    Raises:
        ValueProblem: one is not.
    """
    for number in value if isinstance(value, tuple) else (value,):
        if isinstance(number, int | float) and abs(number) > LARGEST:
            raise ValueProblem("the result is out of range")
    return value


def truth(value: Value, word: str) -> bool:
    """Return a value that must be true or false.

    Raises:
        ValueProblem: it is something else.
    """
    if not isinstance(value, bool):
        raise ValueProblem(f"`{word}` needs true or false, not {spoken(value)}")
    return value


def negate(value: Value) -> bool:
    """Return the opposite of a truth value."""
    return not truth(value, "not")


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(symbol: str) -> Callable[..., bool]:
    """Return what compares two values: numbers, or any two for equality."""
    function = COMPARISONS[symbol]

    def compare(left: Value, right: Value) -> bool:
        if symbol not in ("==", "!="):
            _require_numbers(symbol, left, right)
        elif isinstance(left, bool) != isinstance(right, bool):
            return symbol == "!="  # though Python says True == 1
        return bool(function(left, right))

    return compare


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


def arithmetic(symbol: str) -> Callable[..., Value]:
    """Return what computes two numbers; of a pair, with each of its elements."""
    function = _ARITHMETIC[symbol]

    def compute(left: Any, right: Any) -> Value:
        if _is_pair(left) or _is_pair(right):
            pairs = zip(_paired(left), _paired(right), strict=True)
            return tuple(compute(first, second) for first, second in pairs)
        _require_numbers(symbol, left, right)
        if symbol in ("/", "//", "%") and right == 0:
            raise ValueProblem(f"`{symbol}` by zero")
        result: Value = function(left, right)
        return result

    return compute


def _is_pair(value: Value) -> bool:
    return isinstance(value, tuple) and len(value) == 2


def _paired(value: Any) -> tuple[Any, Any]:
    return value if _is_pair(value) else (value, value)


def multiple(number: float, of: int) -> int:
    """Return the width rule of MobileNet: the nearest multiple of a whole number.

    It is at least `of`, and never more than a tenth below the number: `_make_divisible` of
    torchvision, https://github.com/pytorch/vision/blob/main/torchvision/models/_utils.py.
    """
    if not isinstance(of, int) or of < 1:
        raise ValueProblem(f"`multiple` needs a whole number of at least 1, not {spoken(of)}")
    nearest = max(of, floor(number + of / 2) // of * of)
    return nearest if nearest >= 0.9 * number else nearest + of


def total(value: Value) -> Any:
    """Return the sum of a list of numbers."""
    if not isinstance(value, tuple):
        raise ValueProblem(f"`sum` needs a list, not {spoken(value)}")
    _require_numbers("sum", *value)
    return sum(value)


def count(value: Value) -> int:
    """Return how many values a list holds."""
    if not isinstance(value, tuple):
        raise ValueProblem(f"`len` needs a list, not {spoken(value)}")
    return len(value)


class Callee(NamedTuple):
    """A function that expressions can call, with the least and the most of its arguments."""

    compute: Callable[..., Any]
    least: int = 1
    most: int = 1
    numeric: bool = True


FUNCTIONS = {
    "min": Callee(lambda *values: min(values), most=100),
    "max": Callee(lambda *values: max(values), most=100),
    "floor": Callee(floor),
    "ceil": Callee(ceil),
    "round": Callee(round),
    "multiple": Callee(multiple, 2, 2),
    "len": Callee(count, numeric=False),
    "sum": Callee(total, numeric=False),
}


def function(name: str) -> Callable[..., Value]:
    """Return what computes a function of `FUNCTIONS` of values that are numbers."""
    found = FUNCTIONS[name]

    def compute(*values: Any) -> Value:
        if found.numeric:
            _require_numbers(name, *values)
        result: Value = found.compute(*values)
        return result

    return compute


def element(value: Value, position: int, name: str) -> Value:
    """Return one value of a list, counted from 0.

    Raises:
        ValueProblem: it is no list, or a shorter one.
    """
    if not isinstance(value, tuple):
        raise ValueProblem(f"`{name}` is no list, but {spoken(value)}")
    if position >= len(value):
        values = "1 value" if len(value) == 1 else f"{len(value)} values"
        raise ValueProblem(
            f"`{name}` has {values}, counted from 0: there is no `{name}.{position}`"
        )
    found: Value = value[position]
    return found


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
