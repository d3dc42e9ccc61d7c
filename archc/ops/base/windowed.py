"""The rule (H + 2P − F)/S + 1 along one axis, as PyTorch computes it, and its arithmetic in words.

Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html and, for `ceil_mode`,
``pooling_output_shape`` in ATen/native/Pool.h.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeVar

from archc.ops.base.operator import Window
from archc.problems.shapes import EmptyOutput, InexactStride, RankMismatch, ShapeProblem

AXES = ("height", "width")
T = TypeVar("T")
_FAR = 64  # how far off a setting is looked for that comes out even


class Axis(NamedTuple):
    """One axis of a window that slides over a map."""

    size: int
    kernel: int
    stride: int
    before: int
    after: int
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def reach(self) -> int:
        """F' = D (F − 1) + 1: the stretch that one window covers."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def room(self) -> int:
        """H + 2P − F': how far the window can slide; negative where it does not fit."""
        return self.size + self.before + self.after - self.reach

    @property
    def output(self) -> int:
        """The number of windows; below 1 where none fits."""
        if not self.ceil_mode:
            return self.room // self.stride + 1
        windows = -(-self.room // self.stride) + 1
        # A last window that would start in the padding after the input is dropped.
        return windows - ((windows - 1) * self.stride >= self.size + self.before)

    @property
    def window(self) -> Window:
        """What one output element reads."""
        return Window(self.reach, self.stride, -self.before, self.dilation)

    @property
    def arithmetic(self) -> str:
        """The rule with its numbers: ``(224 + 2·3 − 7)/2 + 1 = 112.5``."""
        even = self.before == self.after
        padding = f"2·{self.before}" if even else f"{self.before} + {self.after}"
        reach = f"({self.dilation}·({self.kernel} − 1) + 1)" if self.dilation > 1 else self.kernel
        whole = f"{self.room / self.stride + 1:.2f}".rstrip("0").rstrip(".")
        equals = "=" if float(whole) == self.room / self.stride + 1 else "≈"
        result = f"{equals} {whole.replace('-', '−')}"
        return f"({self.size} + {padding} − {reach})/{self.stride} + 1 {result}"


def named(axes: tuple[T, T]) -> Iterator[tuple[str, T]]:
    """Yield each axis with its name; equal axes are told once."""
    if axes[0] == axes[1]:
        yield "height and width", axes[0]
    else:
        yield from zip(AXES, axes, strict=True)


def check_axes(axes: tuple[Axis, Axis]) -> Iterator[ShapeProblem]:
    """Yield empty outputs as errors and uneven strides as notes."""
    for name, axis in named(axes):
        yield from _check_axis(name, axis)


def _check_axis(name: str, axis: Axis) -> Iterator[ShapeProblem]:
    if axis.output < 1:
        fits = axis.size + axis.before + axis.after if axis.dilation == 1 else None
        yield EmptyOutput("kernel", name, axis.arithmetic, fits)
    elif axis.room % axis.stride and not axis.ceil_mode:
        lost = axis.room % axis.stride
        yield InexactStride("stride", name, axis.arithmetic, lost, _remedies(axis))


@lru_cache(1024)
def _remedies(axis: Axis) -> str:
    """Name the nearest paddings, kernels, strides and sizes that divide evenly."""

    def near(field: str, minimum: int) -> list[int]:
        value = getattr(axis, field)
        found: list[int] = []
        for distance in range(1, min(axis.stride, _FAR) + 1):
            for other in (value - distance, value + distance):
                changed = axis._replace(**{field: other})
                if field == "before":
                    changed = changed._replace(after=other)
                if other >= minimum and changed.room >= 0 and not changed.room % changed.stride:
                    found.append(other)
            if len(found) > 1:
                break
        return sorted(found[:2])

    choices = {
        "padding": near("before", 0),
        "kernel": near("kernel", 1),
        "stride": near("stride", 1),
        "an input of": near("size", 1),
    }
    near_ones = {what: " or ".join(map(str, values)) for what, values in choices.items() if values}
    return "comes out even with " + ", ".join(f"{w} {v}" for w, v in near_ones.items())


def check_map(operator: str, x: tuple[int, ...]) -> Iterator[ShapeProblem]:
    """Yield a problem unless `x` is a map [C, H, W]."""
    if len(x) != 3:
        yield RankMismatch(None, operator, "a map [C, H, W]", x)
