"""The kinds of values a setting can have, and how each is recognised.

A kind is in an operator's field annotation, beside the Python type that it guarantees:
``kernel: Pair`` is ``Annotated[tuple[int, int], PairOf(Whole(1))]``.
"""

from typing import Annotated, Any, Protocol

from archc.problems import forms
from archc.problems.forms import Form

Value = None | bool | int | float | str | tuple["Value", ...]

LARGEST_SIZE = 2**31 - 1
LARGEST_REAL = 1.7976931348623157e308


class Unfit:
    """A value is not of a kind; `expected` is what it must be."""

    __slots__ = ("expected",)

    def __init__(self, expected: Form | str) -> None:
        self.expected = expected


class UnfitItem(Unfit):
    """A list is not of a kind since one item is not: its number from 0, and what it should be."""

    __slots__ = ("item", "number")

    def __init__(self, expected: Form | str, number: int, item: Form | str) -> None:
        super().__init__(expected)
        self.number = number
        self.item = item


class ValueKind(Protocol):
    """Accepts a value in its one form, or says why it does not fit."""

    @property
    def expected(self) -> Form | str:
        """What a value must be; a text is accepted too."""

    def accept(self, value: Value) -> "Any | Unfit":
        """Return the value in its one form, or Unfit."""


class Whole:
    """A whole number within bounds; never a boolean, never a fraction such as 3.0."""

    def __init__(self, minimum: int, maximum: int = LARGEST_SIZE) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.expected = forms.WholeNumber(minimum)

    def accept(self, value: Value) -> int | Unfit:
        """Return an int as it is."""
        if not isinstance(value, int) or isinstance(value, bool):
            return Unfit(self.expected)
        if value > self.maximum:
            return Unfit(forms.WholeNumber(maximum=self.maximum))
        return value if value >= self.minimum else Unfit(self.expected)


class Real:
    """A finite number within bounds; `above` and `below` exclude the bound itself."""

    def __init__(
        self,
        expected: Form | str | None = None,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        above: float | None = None,
        below: float | None = None,
    ) -> None:
        bounds = forms.RealNumber(minimum=minimum, maximum=maximum, above=above, below=below)
        self.expected: Form | str = bounds if expected is None else expected
        self.bounds = bounds
        self.minimum = float("-inf") if minimum is None else minimum
        self.maximum = float("inf") if maximum is None else maximum

    def accept(self, value: Value) -> float | Unfit:
        """Return a number as it is, whole ones included."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return Unfit(self.expected)
        if not abs(value) <= LARGEST_REAL:  # in this form it rejects not-a-number
            return Unfit(self.expected)
        return value if self.bounds.holds(value) else Unfit(self.expected)


class Boolean:
    """True or false."""

    expected = forms.TrueOrFalse()

    def accept(self, value: Value) -> bool | Unfit:
        """Return a boolean as it is."""
        return value if isinstance(value, bool) else Unfit(self.expected)


class OneOf:
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = forms.Word(*words)

    def accept(self, value: Value) -> str | Unfit:
        """Return the word as it is."""
        return value if isinstance(value, str) and value in self.words else Unfit(self.expected)


class PairOf:
    """One value for both axes, or a list of two: height first, then width."""

    def __init__(self, kind: ValueKind) -> None:
        self.kind = kind
        self.expected = forms.OrPair(kind.expected)

    def accept(self, value: Value) -> tuple[Any, Any] | Unfit:
        """Return a pair always."""
        if not isinstance(value, tuple):
            one = self.kind.accept(value)
            return Unfit(self.expected) if isinstance(one, Unfit) else (one, one)
        if len(value) != 2:
            return Unfit(self.expected)
        first, second = self.kind.accept(value[0]), self.kind.accept(value[1])
        if isinstance(first, Unfit) or isinstance(second, Unfit):
            return Unfit(self.expected)
        return first, second


class Either:
    """The first of several kinds that fits."""

    def __init__(self, *kinds: ValueKind) -> None:
        self.kinds = kinds
        self.expected = forms.AnyOf(*(kind.expected for kind in kinds))

    def accept(self, value: Value) -> "Any | Unfit":
        """Return what the first fitting kind returns."""
        for kind in self.kinds:
            accepted = kind.accept(value)
            if not isinstance(accepted, Unfit):
                return accepted
        return Unfit(self.expected)


Size = Annotated[int, Whole(1)]
Pair = Annotated[tuple[int, int], PairOf(Whole(1))]
Margin = Annotated[tuple[int, int], PairOf(Whole(0))]
Flag = Annotated[bool, Boolean()]
Positive = Annotated[float, Real(above=0)]
Number = Annotated[float, Real()]
Probability = Annotated[float, Real(minimum=0, maximum=1)]
