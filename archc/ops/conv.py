"""2-D convolution."""

from collections.abc import Iterator
from typing import Annotated, Any

from archc.ops.base.grouped import check_groups
from archc.ops.base.kinds import Either, Flag, OneOf, Pair, PairOf, Size, Whole
from archc.ops.base.operator import FLOAT32, Operator, Saved, Shape, Window, invalid, valid
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import Axis, check_axes, check_map
from archc.problems.limits import PaddingBeyondInput, SamePaddingWithStride
from archc.problems.shapes import ShapeProblem

Padding = Annotated[Any, Either(PairOf(Whole(0)), OneOf("same", "valid"))]


class Conv(Operator):
    """`conv: C_out` slides C_out kernels over a map: [C, H, W] → [C_out, OH, OW].

    OH = ⌊(H + 2P − F')/S⌋ + 1 with F' = D (F − 1) + 1. Weights: C_out × C/groups × F × F, and
    C_out biases. One MAC per weight (biases apart) and output position. What is computed is the
    cross-correlation, as in every CNN library.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
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
    examples = (
        valid("{conv: 6, kernel: 5}", (1, 28, 28), (6, 24, 24)),
        valid("{conv: 64, kernel: 7, stride: 2, padding: 3}", (3, 224, 224), (64, 112, 112)),
        valid("{conv: 8, kernel: [1, 7], padding: [0, 3]}", (4, 9, 9), (8, 9, 9)),
        valid("{conv: 8, kernel: 3, dilation: 2, padding: same}", (4, 9, 9), (8, 9, 9)),
        valid("{conv: 8, kernel: 4, padding: same}", (4, 9, 9), (8, 9, 9)),
        valid("{conv: 8, kernel: 3, padding: valid, bias: false}", (4, 9, 9), (8, 7, 7)),
        valid("{conv: 8, kernel: 3, groups: 4, stride: [2, 1]}", (4, 9, 9), (8, 4, 7)),
        valid("{conv: 8, kernel: 3, padding: 2, padding_mode: reflect}", (4, 5, 5), (8, 7, 7)),
        valid("{conv: 8, kernel: 3, padding: 5, padding_mode: circular}", (4, 5, 5), (8, 13, 13)),
        valid("{conv: 8, kernel: 3, padding: 7, padding_mode: replicate}", (4, 5, 5), (8, 17, 17)),
        valid("{conv: 4, kernel: 4, padding: same, padding_mode: reflect}", (2, 5, 5), (4, 5, 5)),
        invalid("{conv: 8, kernel: 5}", (4, 4, 4), "AR403"),
        invalid("{conv: 8, kernel: 3, dilation: 4}", (4, 8, 9), "AR403"),
        invalid("{conv: 8, kernel: 3, groups: 3}", (4, 9, 9), "AR402"),
        invalid("{conv: 9, kernel: 3, groups: 2}", (4, 9, 9), "AR402"),
        invalid("{conv: 8, kernel: 3, padding: same, stride: 2}", (4, 9, 9), "AR406"),
        invalid("{conv: 8, kernel: 3, padding: 5, padding_mode: reflect}", (4, 5, 5), "AR406"),
        invalid("{conv: 8, kernel: 3, padding: 6, padding_mode: circular}", (4, 5, 5), "AR406"),
        invalid("{conv: 8, kernel: 3}", (16,), "AR401"),
        invalid("{conv: 0, kernel: 3}", (4, 9, 9), "AR301"),
        invalid("{conv: -8, kernel: 3}", (4, 9, 9), "AR301"),
        invalid("{conv: 8, kernel: 3, padding: full}", (4, 9, 9), "AR301"),
    )

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
