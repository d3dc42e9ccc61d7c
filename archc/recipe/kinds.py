"""The kinds of values that recipes have beyond those of operators."""

from typing import Any

from archc.ops.base.kinds import Boolean, Kind, OneOf, Real, Unfit, Value, Whole

FLAG = Boolean()
NUMBER = Real()
NOT_NEGATIVE = Real("a number ≥ 0", minimum=0)
POSITIVE = Real("a number > 0", above=0)
PROBABILITY = Real("a number from 0 to 1", minimum=0, maximum=1)
BELOW_ONE = Real("a number ≥ 0 and below 1", minimum=0, maximum=1 - 2**-53)
BETWEEN = Real("a number above 0 and below 1", above=0, maximum=1 - 2**-53)
COUNT = Whole(1)
INTERPOLATION = OneOf("nearest", "nearest-exact", "bilinear", "bicubic")


class Fraction:
    """A number as a float always, for where torch takes no whole number."""

    def __init__(self, kind: Real) -> None:
        self.kind = kind
        self.expected = kind.expected

    def accept(self, value: Value) -> float | Unfit:
        """Return a float."""
        accepted = self.kind.accept(value)
        return accepted if isinstance(accepted, Unfit) else float(accepted)


class Text:
    """Any text that is not empty."""

    expected = "a text"

    def accept(self, value: Value) -> str | Unfit:
        """Return the text as it is."""
        return value if isinstance(value, str) and value.strip() else Unfit(self.expected)


class Among:
    """One of a few whole numbers."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers
        self.expected = " or ".join(map(str, numbers))

    def accept(self, value: Value) -> int | Unfit:
        """Return the number as it is."""
        if type(value) is int and value in self.numbers:
            return value
        return Unfit(self.expected)


class Odd:
    """An odd whole number above 0."""

    expected = "an odd whole number ≥ 1"

    def accept(self, value: Value) -> int | Unfit:
        """Return the number as it is."""
        accepted = COUNT.accept(value)
        even = not isinstance(accepted, Unfit) and accepted % 2 == 0
        return Unfit(self.expected) if even else accepted


class Maybe:
    """A kind, or nothing: ``null``."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.expected = f"{kind.expected}, or `null`"

    def accept(self, value: Value) -> Any:
        """Return None, or what `kind` returns."""
        return None if value is None else self.kind.accept(value)


class ListOf:
    """A list of one kind, of a length within bounds; `rising` where no item may fall."""

    def __init__(
        self, kind: Kind, minimum: int, maximum: int | None = None, *, rising: bool = False
    ) -> None:
        self.kind = kind
        self.minimum = minimum
        self.maximum = minimum if maximum is None else maximum
        self.rising = rising
        length = f"{minimum}" if self.maximum == minimum else f"{minimum} or more"
        order = ", in rising order" if rising else ""
        self.expected = f"a list of {length}, each {kind.expected}{order}"

    def accept(self, value: Value) -> tuple[Any, ...] | Unfit:
        """Return a tuple of what `kind` returns."""
        if not isinstance(value, tuple) or not self.minimum <= len(value) <= self.maximum:
            return Unfit(self.expected)
        items: tuple[Any, ...] = tuple(self.kind.accept(item) for item in value)
        if any(isinstance(item, Unfit) for item in items):
            return Unfit(self.expected)
        if self.rising and list(items) != sorted(items):
            return Unfit(self.expected)
        return items
