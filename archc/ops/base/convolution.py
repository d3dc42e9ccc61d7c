"""What all forms of a 2-D convolution share."""

from collections.abc import Iterator
from typing import Annotated, Any

from archc.ops.base.grouped import check_groups
from archc.ops.base.kinds import Either, Flag, OneOf, Pair, PairOf, Size, Whole
from archc.ops.base.operator import FLOAT32, Operator, Saved, Shape, Window
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import Axis, check_axes, check_map
from archc.problems.limits import PaddingBeyondInput, SamePaddingWithStride
from archc.problems.shapes import ShapeProblem

Padding = Annotated[Any, Either(PairOf(Whole(0)), OneOf("same", "valid"))]


class Convolution(Operator, abstract=True):
    """C_out kernels that slide over a map: [C, H, W] → [C_out, OH, OW].

    Its forms are `archc.ops.conv` and what passes put in the place of one, in `archc.ops.internal`.
    """

    channels: Size
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Padding = (0, 0)
    dilation: Pair = (1, 1)
    groups: Size = 1
    bias: Flag = True
    padding_mode: Annotated[str, OneOf("zeros", "reflect", "replicate", "circular")] = "zeros"

    principal = "channels"

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if len(x) != 3:
            yield from check_map(self.name, x)
            return
        yield from check_groups(self.groups, "input channels", x[0])
        yield from check_groups(self.groups, "output channels", self.channels)
        if self.padding == "same" and self.stride != (1, 1):
            (top, _), (left, _) = self._margins()
            yield SamePaddingWithStride("padding", self.stride, (top, left))
            return
        yield from self._check_padding_mode(x)
        yield from check_axes(self._axes(x))

    def _check_padding_mode(self, x: Shape) -> Iterator[ShapeProblem]:
        if self.padding_mode not in ("reflect", "circular"):
            return
        spare = 1 if self.padding_mode == "reflect" else 0
        for axis in self._axes(x):
            padding, largest = max(axis.before, axis.after), axis.size - spare
            if padding > largest:
                yield PaddingBeyondInput("padding", self.padding_mode, padding, axis.size, largest)
                return

    def _axes(self, x: Shape) -> tuple[Axis, Axis]:
        axes = zip(x[1:], self.kernel, self.stride, self._margins(), self.dilation, strict=True)
        height, width = (Axis(n, f, s, *margin, d) for n, f, s, margin, d in axes)
        return height, width

    def _margins(self) -> tuple[tuple[int, int], ...]:
        if self.padding == "valid":
            return ((0, 0), (0, 0))
        if self.padding == "same":
            # An even total is split evenly; the odd one of an even kernel goes after.
            totals = [d * (f - 1) for f, d in zip(self.kernel, self.dilation, strict=True)]
            return tuple((total // 2, total - total // 2) for total in totals)
        return tuple((margin, margin) for margin in self.padding)

    def shape(self, x: Shape) -> Shape:
        height, width = self._axes(x)
        return (self.channels, height.output, width.output)

    def weights(self, x: Shape) -> dict[str, Shape]:
        weights: dict[str, Shape] = {"weight": (self.channels, x[0] // self.groups, *self.kernel)}
        return {**weights, "bias": (self.channels,)} if self.bias else weights

    def macs(self, x: Shape) -> int:
        height, width = self._axes(x)
        per_position = self.channels * (x[0] // self.groups) * self.kernel[0] * self.kernel[1]
        return per_position * height.output * width.output

    def windows(self, x: Shape) -> tuple[Window, Window]:
        height, width = self._axes(x)
        return height.window, width.window

    def saved(self, x: Shape) -> Saved:
        # What torch pads before it convolves is kept as a padded copy.
        axes = self._axes(x)
        if self.padding_mode != "zeros":
            height, width = (axis.size + axis.before + axis.after for axis in axes)
            kept = self.padding_mode in ("reflect", "replicate")
            return Saved(input=kept, extra_bytes=FLOAT32 * x[0] * height * width)
        height, width = (axis.size + axis.after - axis.before for axis in axes)
        if (height, width) == x[1:]:
            return Saved(input=True)
        return Saved(extra_bytes=FLOAT32 * x[0] * height * width)

    def torch(self, x: Shape) -> Module:
        settings = self.changed(
            stride="stride",
            padding="padding",
            dilation="dilation",
            groups="groups",
            bias="bias",
            padding_mode="padding_mode",
        )
        return Module("Conv2d", (x[0], self.channels), {"kernel_size": self.kernel, **settings})
