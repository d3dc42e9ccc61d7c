"""Adaptive pooling: the size of the output is given, the windows follow from it."""

from collections.abc import Iterator
from functools import partial

from archc.ops.base.kinds import Pair
from archc.ops.base.operator import GLOBAL, Operator, Shape, Taps, Window
from archc.ops.base.windowed import check_map
from archc.problems.shapes import ShapeProblem


class AdaptivePool(Operator, abstract=True):
    """A given number of windows over a map, channel by channel: [C, H, W] → [C, OH, OW].

    Output row i reads the rows ⌊i·H/OH⌋ to ⌈(i + 1)·H/OH⌉ − 1; OH may exceed H. Source:
    ``start_index`` and ``end_index`` in ATen/native/AdaptivePooling.h.
    """

    size: Pair

    principal = "size"

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        yield from check_map(self.name, x)

    def shape(self, x: Shape) -> Shape:
        return (x[0], *self.size)

    def windows(self, x: Shape) -> tuple[Window, Window] | None:
        if self.size == (1, 1):
            return GLOBAL
        return _window(x[1], self.size[0]), _window(x[2], self.size[1])

    def taps(self, x: Shape) -> tuple[Taps, Taps] | None:
        if self.size == (1, 1):
            return GLOBAL
        height, width = (partial(_taps, *axis) for axis in zip(x[1:], self.size, strict=True))
        return height, width


def _taps(size: int, outputs: int, output: int) -> range:
    return range(output * size // outputs, -(-(output + 1) * size // outputs))


def _window(size: int, outputs: int) -> Window:
    """The largest window, the stride being H/OH = p/q: it begins (q − 1)/q past an element."""
    if size % outputs == 0:
        return Window(size // outputs, size // outputs)
    from fractions import Fraction  # few networks need it, and importing it is not cheap

    stride = Fraction(size, outputs)
    largest = -(-(stride.numerator + stride.denominator - 1) // stride.denominator)
    return Window(largest, stride)
