"""AR406: the limits of single operators, one class each.

An operator that is added elsewhere states its limit as a subclass of `Constraint` of its own.
"""

from math import prod
from typing import Literal

from archc.problems.shapes import ShapeProblem, shape_text


class Constraint(ShapeProblem):
    """A limit of the operator itself."""

    code = "AR406"


class PaddingBeyondHalf(Constraint):
    """A pool's padding is more than half its kernel: a window could hold padding alone."""

    padding: int = 0
    kernel: int = 0

    def message(self) -> str:
        return f"padding {self.padding} is more than half of kernel {self.kernel}"

    def help(self) -> str:
        return f"use padding {self.kernel // 2} or less"


class EmptyRange(Constraint):
    """A range whose end is not beyond its begin."""

    begin: float = 0
    end: float = 0

    def message(self) -> str:
        return f"the range from {self.begin} to {self.end} is empty"

    def help(self) -> str:
        return f"give an end beyond {self.begin}, or a begin below {self.end}"


class BeyondChannels(Constraint):
    """Channels are named that the input does not have."""

    stop: int = 0
    channels: int = 0

    def message(self) -> str:
        return f"there are no channels up to {self.stop}: the input has {self.channels}"

    def help(self) -> str:
        return f"use at most {self.channels}"


class SamePaddingWithStride(Constraint):
    """`padding: same` with a stride; `half` is the padding that gives ⌈H/S⌉ with odd kernels."""

    stride: tuple[int, int] = (1, 1)
    half: tuple[int, int] = (0, 0)

    def message(self) -> str:
        return f"`padding: same` requires stride 1, not {_pair(self.stride)}"

    def help(self) -> str:
        return f"give the padding as a number: `padding: {_pair(self.half)}`"


class PaddingBeyondInput(Constraint):
    """Reflected or circular padding that is wider than the input it copies from."""

    mode: str = ""
    padding: int = 0
    size: int = 0
    largest: int = 0

    def message(self) -> str:
        needed = self.padding + self.size - self.largest
        return (
            f"`padding_mode: {self.mode}` with padding {self.padding} requires an input of at "
            f"least {needed}, not {self.size}"
        )

    def help(self) -> str:
        return f"use padding {self.largest} or less, or `padding_mode: zeros`"


class OutputPaddingTooLarge(Constraint):
    """An output padding that is not smaller than the stride or the dilation."""

    output_padding: int = 0
    stride: int = 1
    dilation: int = 1

    def message(self) -> str:
        limit = f"stride {self.stride} or dilation {self.dilation}"
        return f"output padding {self.output_padding} is not smaller than {limit}"

    def help(self) -> str:
        return f"use output padding {max(self.stride, self.dilation) - 1} or less"


class OnlyPadding(Constraint):
    """A dilated window with nothing but padding under its taps.

    torch outputs −∞ for it, and its backward pass writes outside of the gradient's memory.
    """

    axis: str = ""
    size: int = 0
    dilation: int = 1
    tap: int = 0
    """The first tap after the input's end, counted from the input's first element."""

    def message(self) -> str:
        last = f"0 to {self.size - 1}" if self.size > 1 else "0"
        taps = f"{self.tap - self.dilation} and {self.tap}".replace("-", "−")
        return (
            f"the window has only padding along {self.axis}: the input is at {last}, and the "
            f"nearest taps are at {taps}, {self.dilation} apart"
        )

    def help(self) -> str:
        return f"use dilation {self.size} or less"


class NoCorners(Constraint):
    """`align_corners` with a mode that does not interpolate."""

    mode: str = ""

    def message(self) -> str:
        return f"`align_corners: true` has no meaning with `mode: {self.mode}`"

    def help(self) -> str:
        return "remove it, or use `mode: bilinear` or `mode: bicubic`"


class ScaleOrSize(Constraint):
    """`upsample` with both a scale and a size, or with neither."""

    both: bool = False

    def message(self) -> str:
        given = "both are given" if self.both else "neither is given"
        return f"`upsample` requires either a scale or `size`, but {given}"

    def help(self) -> str:
        return "write `{upsample: SCALE}` or `{upsample: , size: [HEIGHT, WIDTH]}`"


class TooManyAxes(Constraint):
    """A normalization over more axes than its input has."""

    axes: int = 0
    rank: int = 0

    def message(self) -> str:
        return f"the last {self.axes} axes cannot be normalized: the input has {self.rank}"

    def help(self) -> str:
        return f"use {self.rank} or less, or no number to normalize over all axes"


class TooManyNumbers(Constraint):
    """A tensor that is larger than any memory."""

    shape: tuple[int, ...] = ()

    def message(self) -> str:
        numbers = f"{prod(map(int, self.shape)):,}"
        shape = shape_text(self.shape)
        return f"a tensor of {shape} = {numbers} numbers is more than torch can address"

    def help(self) -> str:
        return "use fewer channels or a smaller map"


class Unfillable(Constraint):
    """A scheme of `init:` that cannot fill a layer's weight."""

    scheme: str = ""
    operator: str = ""
    why: Literal["weight", "axes", "groups"] = "weight"
    number: int = 0
    """Of `axes`, how many the weight has; of `groups`, its output channels."""
    minimum: int = 1
    maximum: int = 1

    def message(self) -> str:
        reason = {
            "weight": "it has no weight",
            "axes": f"its weight has {self.number} axes, not {self._wanted()}",
            "groups": f"its {self.number} output channels are not divisible by {self.minimum}",
        }[self.why]
        return f"`init: {self.scheme}` cannot fill `{self.operator}`: {reason}"

    def _wanted(self) -> str:
        one = self.minimum == self.maximum
        return f"{self.maximum}" if one else f"{self.minimum} to {self.maximum}"

    def help(self) -> str:
        if self.why == "weight":
            return "remove `init` from this layer"
        if self.why == "groups":
            return f"use a number of groups that divides {self.number}"
        return "use another scheme, such as `normal`, which fills any weight"


def _pair(pair: tuple[int, int]) -> str:
    return f"{pair[0]}" if pair[0] == pair[1] else f"[{pair[0]}, {pair[1]}]"
