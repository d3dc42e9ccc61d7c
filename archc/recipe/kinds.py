"""The kinds of values that recipes have beyond those of operators."""

from typing import Any

from archc.ops.base.kinds import (
    Boolean,
    Kind,
    OneOf,
    Real,
    Unfit,
    UnfitItem,
    Value,
    Whole,
)

LARGEST = 3.4028234663852886e38
SMALLEST = 1.1754943508222875e-38
"""The largest number of float32, and the smallest above 0 that is as exact as the others."""


class Float32(Real):
    """A number that torch can compute with in float32; `normal` where it must not round to 0."""

    def __init__(
        self, expected: str = "a number", *, normal: bool = False, **bounds: float
    ) -> None:
        super().__init__(expected, **bounds)
        self.normal = normal

    def accept(self, value: Value) -> float | Unfit:
        """Return a number as it is."""
        accepted = super().accept(value)
        if isinstance(accepted, Unfit):
            return accepted
        if abs(accepted) > LARGEST:
            return Unfit(f"{self.expected}, at most {LARGEST:.3g}, the largest of float32")
        if self.normal and abs(accepted) < SMALLEST:
            return Unfit(f"{self.expected}, at least {SMALLEST:.3g}, the smallest of float32")
        return accepted


FLAG = Boolean()
NUMBER = Float32()
NOT_NEGATIVE = Float32("a number ≥ 0", minimum=0)
POSITIVE = Float32("a number > 0", above=0)
DEVIATION = Float32("a number > 0", above=0, normal=True)
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
        for number, item in enumerate(items):
            if isinstance(item, Unfit):
                return UnfitItem(self.expected, number, item.expected)
        if self.rising and list(items) != sorted(items):
            return Unfit(self.expected)
        return items
