"""The located tree: YAML 1.2 data with a span on every key and value."""

import re
from collections.abc import Iterator
from functools import lru_cache

from archc.problems.base import quoted
from archc.source import Span

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    "-.inf": float("-inf"),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_SHORT = 24  # characters: what is kept is small
LARGEST = 2**63 - 1  # what a torch size can hold


class Scalar:
    """One value; `value` follows YAML 1.2's core schema (`on`, `no` are strings, `010` is ten)."""

    __slots__ = ("plain", "span", "text", "value")

    def __init__(self, text: str, plain: bool, span: Span) -> None:
        self.text = text
        self.plain = plain
        self.span = span
        self.value = _resolve_plain(text) if plain else text

    def described(self) -> str:
        """Return how a message names it."""
        if self.value is None:
            return "nothing"
        return quoted(self.text if self.plain else f'"{self.text}"')


class Sequence:
    """A list of trees."""

    __slots__ = ("items", "span")

    def __init__(self, items: "list[Tree]", span: Span) -> None:
        self.items = items
        self.span = span

    def described(self) -> str:
        """Return how a message names it."""
        return "a list"


class Mapping:
    """Keys, each a scalar that occurs once, with their values, in the order of the text."""

    __slots__ = ("entries", "span")

    def __init__(self, entries: "dict[str, tuple[Scalar, Tree]]", span: Span) -> None:
        self.entries = entries
        self.span = span

    def __iter__(self) -> "Iterator[tuple[Scalar, Tree]]":
        return iter(self.entries.values())

    def get(self, key: str) -> "Tree | None":
        """The value under `key`, or None."""
        entry = self.entries.get(key)
        return entry and entry[1]

    def described(self) -> str:
        """Return how a message names it."""
        return "a mapping"


class Unreadable:
    """A value that could not be read and has been reported; it causes no further error."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span

    def described(self) -> str:
        """Return how a message names it."""
        return "something unreadable"


Tree = Scalar | Sequence | Mapping | Unreadable


def resolve(text: str) -> bool | int | float | str | None:
    """The value of a plain scalar.

    Raises:
        OverflowError: a number that neither int64 nor float64 holds.

    Source: https://yaml.org/spec/1.2.2/#103-core-schema
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > 64:
            raise OverflowError
        number = int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if abs(number) > LARGEST:
            raise OverflowError
        return number
    if _FLOAT.fullmatch(text):
        real = float(text)
        if real in (float("inf"), float("-inf")):
            raise OverflowError
        return real
    return text


_kept = lru_cache(maxsize=4_096)(resolve)


def _resolve_plain(text: str) -> bool | int | float | str | None:
    return _kept(text) if len(text) <= _SHORT else resolve(text)
