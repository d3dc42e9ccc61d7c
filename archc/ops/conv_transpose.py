"""2-D transposed convolution."""

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from typing import NamedTuple

from archc.ops.base.fractional import sliding
from archc.ops.base.grouped import check_groups
from archc.ops.base.kinds import Flag, Margin, Pair, Size
from archc.ops.base.operator import Operator, Saved, Shape, Taps, Window, invalid, valid
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import check_map, named
from archc.problems.limits import OutputPaddingTooLarge
from archc.problems.shapes import EmptyEnlargement, ShapeProblem


class _Axis(NamedTuple):
    """One axis of a map that is enlarged."""

    size: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    more: int

    @property
    def reach(self) -> int:
        """F' = D (F − 1) + 1: the stretch of the output that one input element is spread over."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def output(self) -> int:
        return (self.size - 1) * self.stride - 2 * self.padding + self.reach + self.more

    @property
    def window(self) -> Window:
        """Output o reads the inputs i with o = i·S − P + D·k for a k from 0 to F − 1."""
        start = Fraction(self.padding - self.reach + self.stride, self.stride)
        size, stride = -(-self.reach // self.stride), Fraction(1, self.stride)
        return sliding(size, stride, start, self.dilation)

    def taps(self, output: int) -> range:
        """Return the inputs i for which (o + P − i·S)/D is a whole number from 0 to F − 1."""
        place, common = output + self.padding, gcd(self.stride, self.dilation)
        step = self.dilation // common
        if place % common:
            return range(0)  # the strides step over it
        last = place // self.stride
        while (place - last * self.stride) % self.dilation:
            last -= 1
        first = -((self.reach - 1 - place) // self.stride)
        return range(last, first - 1, -step)[::-1]

    @property
    def arithmetic(self) -> str:
        """The rule with its numbers: ``(7 − 1)·1 − 2·4 + 1 + 0 = −1``."""
        reach = f"({self.dilation}·({self.kernel} − 1) + 1)" if self.dilation > 1 else self.kernel
        result = f"{self.output}".replace("-", "−")
        spread = f"({self.size} − 1)·{self.stride} − 2·{self.padding} + {reach}"
        return f"{spread} + {self.more} = {result}"


class ConvTranspose(Operator):
    """`conv_transpose: C_out` enlarges a map by learned kernels: [C, H, W] → [C_out, OH, OW].

    OH = (H − 1)·S − 2P + F' + P_out with F' = D (F − 1) + 1. It is the gradient of a `conv` with
    these settings, which reads OH and gives H; P_out chooses among the OH that give the same H.
    Weights: C × C_out/groups × F × F, and C_out biases. One MAC per weight (biases apart) and
    input position.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
    """

    channels: Size
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Margin = (0, 0)
    output_padding: Margin = (0, 0)
    dilation: Pair = (1, 1)
    groups: Size = 1
    bias: Flag = True

    principal = "channels"
    examples = (
        valid("{conv_transpose: 3, kernel: 2, stride: 2}", (4, 7, 7), (3, 14, 14)),
        valid("{conv_transpose: 3, kernel: 3}", (4, 7, 5), (3, 9, 7)),
        valid("{conv_transpose: 3, kernel: 4, stride: 2, padding: 1}", (4, 7, 7), (3, 14, 14)),
        valid("{conv_transpose: 3, kernel: 3, stride: [3, 2]}", (4, 5, 6), (3, 15, 13)),
        valid("{conv_transpose: 3, kernel: 2, stride: 3, bias: false}", (4, 4, 4), (3, 11, 11)),
        valid(
            "{conv_transpose: 3, kernel: 3, stride: 2, padding: 1, output_padding: 1}",
            (4, 7, 7),
            (3, 14, 14),
        ),
        valid(
            "{conv_transpose: 3, kernel: 3, dilation: 2, output_padding: [1, 0]}",
            (4, 6, 6),
            (3, 11, 10),
        ),
        valid("{conv_transpose: 3, kernel: 2, dilation: 3, stride: 2}", (4, 5, 5), (3, 12, 12)),
        valid("{conv_transpose: 6, kernel: [1, 5], groups: 2}", (4, 5, 5), (6, 5, 9)),
        valid("{conv_transpose: 2, kernel: 1, padding: 2}", (4, 5, 5), (2, 1, 1)),
        invalid("{conv_transpose: 3, kernel: 3, output_padding: 1}", (4, 7, 7), "AR406"),
        invalid(
            "{conv_transpose: 3, kernel: 3, stride: [2, 3], output_padding: 2}", (4, 7, 7), "AR406"
        ),
        invalid("{conv_transpose: 3, kernel: 1, padding: 4}", (4, 7, 7), "AR403"),
        invalid("{conv_transpose: 3, kernel: 1, padding: [0, 4]}", (4, 6, 6), "AR403"),
        invalid("{conv_transpose: 4, kernel: 3, groups: 3}", (4, 7, 7), "AR402"),
        invalid("{conv_transpose: 3, kernel: 3, groups: 2}", (4, 7, 7), "AR402"),
        invalid("{conv_transpose: 4, kernel: 3, groups: 3}", (6, 7, 7), "AR402"),
        invalid("{conv_transpose: 3, kernel: 3}", (16,), "AR401"),
        invalid("{conv_transpose: 0, kernel: 3}", (4, 7, 7), "AR301"),
        invalid("{conv_transpose: 3, kernel: [3, 3, 3]}", (4, 7, 7), "AR301"),
        invalid("{conv_transpose: 3, kernel: 3, stride: 0}", (4, 7, 7), "AR301"),
        invalid("{conv_transpose: 3, kernel: 3, padding: same}", (4, 7, 7), "AR301"),
        invalid("{conv_transpose: 3, kernel: 3, padding: -1}", (4, 7, 7), "AR301"),
        invalid("{conv_transpose: 3, kernel: 3, output_padding: -1}", (4, 7, 7), "AR301"),
        invalid("{conv_transpose: 3, kernel: 3, dilation: 0}", (4, 7, 7), "AR301"),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if len(x) != 3:
            yield from check_map(self.name, x)
            return
        yield from check_groups(self.groups, "input channels", x[0])
        yield from check_groups(self.groups, "output channels", self.channels)
        for axis in self._axes(x):
            if axis.more >= max(axis.stride, axis.dilation):
                yield OutputPaddingTooLarge("output_padding", axis.more, axis.stride, axis.dilation)
                return
        for name, axis in named(self._axes(x)):
            if axis.output < 1:
                yield EmptyEnlargement("padding", name, axis.arithmetic)

    def _axes(self, x: Shape) -> tuple[_Axis, _Axis]:
        settings = (self.kernel, self.stride, self.padding, self.dilation, self.output_padding)
        height, width = (_Axis(*axis) for axis in zip(x[1:], *settings, strict=True))
        return height, width

    def shape(self, x: Shape) -> Shape:
        height, width = self._axes(x)
        return (self.channels, height.output, width.output)

    def weights(self, x: Shape) -> dict[str, Shape]:
        weights: dict[str, Shape] = {"weight": (x[0], self.channels // self.groups, *self.kernel)}
        return {**weights, "bias": (self.channels,)} if self.bias else weights

    def macs(self, x: Shape) -> int:
        per_position = x[0] * (self.channels // self.groups) * self.kernel[0] * self.kernel[1]
        return per_position * x[1] * x[2]

    def windows(self, x: Shape) -> tuple[Window, Window]:
        height, width = self._axes(x)
        return height.window, width.window

    def taps(self, x: Shape) -> tuple[Taps, Taps]:
        height, width = self._axes(x)
        return height.taps, width.taps

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        settings = self.changed(
            stride="stride",
            padding="padding",
            output_padding="output_padding",
            groups="groups",
            bias="bias",
            dilation="dilation",
        )
        sizes = (x[0], self.channels)
        return Module("ConvTranspose2d", sizes, {"kernel_size": self.kernel, **settings})
