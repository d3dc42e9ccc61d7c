"""Pooling: one number for each position of a window that slides over a map."""

from collections.abc import Iterator
from typing import Annotated

from archc.ops.base.kinds import Flag, Margin, Pair, PairOf, Whole
from archc.ops.base.operator import Operator, Shape, Window
from archc.ops.base.windowed import Axis, check_axes, check_map
from archc.problems.limits import PaddingBeyondHalf
from archc.problems.shapes import ShapeProblem


class Pool(Operator, abstract=True):
    """A window over a map, channel by channel: [C, H, W] → [C, OH, OW].

    Source: ``pool2d_shape_check`` in ATen/native/Pool.h, whose limit on the padding is half the
    plain kernel, dilated or not.
    """

    kernel: Pair
    stride: Annotated[tuple[int, int] | None, PairOf(Whole(1))] = None
    padding: Margin = (0, 0)
    ceil_mode: Flag = False

    principal = "kernel"

    def _dilation(self) -> tuple[int, int]:
        return (1, 1)

    def _axes(self, x: Shape) -> tuple[Axis, Axis]:
        strides, dilations = self.stride or self.kernel, self._dilation()
        axes = zip(x[1:], self.kernel, strides, self.padding, dilations, strict=True)
        height, width = (Axis(n, f, s, p, p, d, self.ceil_mode) for n, f, s, p, d in axes)
        return height, width

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if len(x) != 3:
            yield from check_map(self.name, x)
            return
        for padding, kernel in zip(self.padding, self.kernel, strict=True):
            if padding > kernel // 2:
                yield PaddingBeyondHalf("padding", padding, kernel)
                return
        yield from check_axes(self._axes(x))

    def shape(self, x: Shape) -> Shape:
        height, width = self._axes(x)
        return (x[0], height.output, width.output)

    def windows(self, x: Shape) -> tuple[Window, Window]:
        height, width = self._axes(x)
        return height.window, width.window
