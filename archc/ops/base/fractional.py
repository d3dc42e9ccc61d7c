"""Windows that slide by a fraction of an input element, as when a map is enlarged."""

from fractions import Fraction
from math import floor

from archc.ops.base.operator import Window


def sliding(size: int, stride: Fraction, start: Fraction, step: int = 1) -> Window:
    """Return a window in whole numbers where the stride is one, else in fractions."""
    if stride.denominator == 1:
        return Window(size, int(stride), floor(start), step)
    return Window(size, stride, start, step)
