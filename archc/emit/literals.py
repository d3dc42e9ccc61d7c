"""Values as Python source: nothing but checked identifiers and literals is ever written."""

from typing import Any

from archc.emit.layout import CallCode, Code, Operation, bracketed
from archc.emit.names import argument
from archc.graph.trace import Formula, Item, Name

_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "//": 2, "%": 2}


def written(value: Any) -> Code:
    """Return a value, or the formula of a traced one, as Python; equal pairs as one number."""
    code = getattr(value, "code", value)
    if isinstance(code, Name | Item | Formula):
        return _formula(code)
    if isinstance(value, str):
        return f'"{value}"' if '"' not in value and value.isprintable() else repr(value)
    if isinstance(value, list):
        return CallCode("", tuple(map(written, value)), brackets="[]")
    if isinstance(value, tuple):
        return _pair(value)
    return repr(value)


def _formula(code: Any) -> Code:
    if isinstance(code, Name):
        return argument(code.name)
    if isinstance(code, Item):
        return CallCode(argument(code.name), (str(code.position),), brackets="[]")
    if not isinstance(code, Formula):
        return repr(code)
    precedence = _PRECEDENCE[code.symbol]
    left, right = _formula(code.left), _formula(code.right)
    if _precedence(code.right) <= precedence:
        right = bracketed(right)
    if _precedence(code.left) < precedence:
        left = bracketed(left)
    if isinstance(left, Operation) and _precedence(code.left) == precedence:
        return Operation((*left.operands, right), (*left.symbols, code.symbol))
    return Operation((left, right), (code.symbol,))


def _precedence(code: Any) -> int:
    return _PRECEDENCE[code.symbol] if isinstance(code, Formula) else 3


def _pair(value: tuple[Any, ...]) -> Code:
    codes = [getattr(item, "code", None) for item in value]
    if all(isinstance(code, Item) and code.position == i for i, code in enumerate(codes)):
        names = {code.name for code in codes if isinstance(code, Item)}
        if len(names) == 1:
            return argument(names.pop())
    texts = tuple(map(written, value))
    if len(texts) == 2 and texts[0] == texts[1]:
        return texts[0]
    return CallCode("", texts)


def names_in(value: Any) -> frozenset[str]:
    """Return the arguments that the formula of a value reads."""
    if isinstance(value, tuple | list) and not isinstance(value, Name | Item | Formula):
        return frozenset().union(*map(names_in, value))
    code = getattr(value, "code", value)
    if isinstance(code, Formula):
        return names_in(code.left) | names_in(code.right)
    return frozenset((code.name,)) if isinstance(code, Name | Item) else frozenset()
