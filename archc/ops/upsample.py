"""Resizing by interpolation."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from math import floor
from typing import Annotated

from archc.ops.base.fractional import sliding
from archc.ops.base.kinds import LARGEST_SIZE, Flag, OneOf, PairOf, Real, Whole
from archc.ops.base.operator import Operator, Shape, Taps, Window, invalid, valid
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import check_map, named
from archc.problems.limits import NoCorners, ScaleOrSize
from archc.problems.shapes import EmptyEnlargement, ShapeProblem

_Factor = Real(above=0, maximum=LARGEST_SIZE)
_Axis = tuple[int, int, float | None]
"""Input size, output size, and the scale where one is given."""
FINEST = 1_000_000
"""The largest denominator of a ratio: it makes 1/3 of 0.3333333333333333."""


class Upsample(Operator):
    """`upsample: s` resizes a map: [C, H, W] → [C, ⌊H·s⌋, ⌊W·s⌋]; `size:` names the size instead.

    Output i lies at the input position r·i + (r − 1)/2 with r = 1/s (with `size`, H/OH); where
    `align_corners`, at r·i with r = (H − 1)/(OH − 1). `nearest` takes element ⌊r·i⌋,
    `nearest-exact` ⌊r·i + r/2⌋; `bilinear` weights the 2 × 2 elements around the position,
    `bicubic` the 4 × 4.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Upsample.html and
    ``area_pixel_compute_scale`` in ATen/native/UpSample.h
    """

    scale: Annotated[tuple[float, float] | None, PairOf(_Factor)] = None
    size: Annotated[tuple[int, int] | None, PairOf(Whole(1))] = None
    mode: Annotated[str, OneOf("nearest", "nearest-exact", "bilinear", "bicubic")] = "nearest"
    align_corners: Flag = False

    principal = "scale"
    examples = (
        valid("{upsample: 2}", (4, 5, 6), (4, 10, 12)),
        valid("{upsample: [3, 1]}", (4, 4, 4), (4, 12, 4)),
        valid("{upsample: 1.5}", (4, 5, 6), (4, 7, 9)),
        valid("{upsample: 0.5}", (4, 6, 7), (4, 3, 3)),
        valid("{upsample: [1.1, 2.1]}", (4, 6, 7), (4, 6, 14)),
        valid("{upsample: 2, mode: nearest-exact}", (4, 5, 5), (4, 10, 10)),
        valid("{upsample: [0.5, 0.25], mode: nearest-exact}", (4, 8, 8), (4, 4, 2)),
        valid("{upsample: 2, mode: bilinear}", (4, 5, 5), (4, 10, 10)),
        valid("{upsample: [0.5, 1], mode: bilinear}", (4, 8, 8), (4, 4, 8)),
        valid("{upsample: [1.3, 1.01], mode: bilinear}", (4, 3, 5), (4, 3, 5)),
        valid("{upsample: 2, mode: bilinear, align_corners: true}", (4, 5, 5), (4, 10, 10)),
        valid("{upsample: 4, mode: bicubic}", (4, 5, 6), (4, 20, 24)),
        valid("{upsample: 0.5, mode: bicubic}", (4, 10, 8), (4, 5, 4)),
        valid(
            "{upsample: , size: [9, 3], mode: bicubic, align_corners: true}", (4, 5, 5), (4, 9, 3)
        ),
        valid("{upsample: , size: 1, mode: bilinear, align_corners: true}", (4, 5, 7), (4, 1, 1)),
        valid("{upsample: , size: [15, 13]}", (4, 7, 7), (4, 15, 13)),
        valid("{upsample: , size: 3, mode: bilinear}", (4, 9, 1), (4, 3, 3)),
        invalid("{upsample: 0.1}", (4, 6, 12), "AR403"),
        invalid("{upsample: [1, 0.1]}", (4, 6, 6), "AR403"),
        invalid("upsample", (4, 6, 6), "AR406"),
        invalid("{upsample: 2, size: 12}", (4, 6, 6), "AR406"),
        invalid("{upsample: 2, align_corners: true}", (4, 6, 6), "AR406"),
        invalid("{upsample: 2, mode: nearest-exact, align_corners: true}", (4, 6, 6), "AR406"),
        invalid("{upsample: 2}", (16,), "AR401"),
        invalid("{upsample: 0}", (4, 6, 6), "AR301"),
        invalid("{upsample: -1}", (4, 6, 6), "AR301"),
        invalid("{upsample: [2, 2, 2]}", (4, 6, 6), "AR301"),
        invalid("{upsample: , size: 0}", (4, 6, 6), "AR301"),
        invalid("{upsample: , size: 2.5}", (4, 6, 6), "AR301"),
        invalid("{upsample: 2, mode: linear}", (4, 6, 6), "AR301"),
        invalid("{upsample: 2, mode: bilinear, align_corners: 1}", (4, 6, 6), "AR301"),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if len(x) != 3:
            yield from check_map(self.name, x)
            return
        if self.align_corners and self.mode not in ("bilinear", "bicubic"):
            yield NoCorners("align_corners", self.mode)
        if (self.scale is None) == (self.size is None):
            yield ScaleOrSize("size", both=self.size is not None)
            return
        for name, (size, output, scale) in named(self._axes(x)):
            if output < 1:
                arithmetic = f"⌊{size}·{scale}⌋ = {output}"
                yield EmptyEnlargement("scale", name, arithmetic, cure="scale")

    def _axes(self, x: Shape) -> tuple[_Axis, _Axis]:
        scales = self.scale or (None, None)
        height, width = zip(x[1:], self.shape(x)[1:], scales, strict=True)
        return height, width

    def shape(self, x: Shape) -> Shape:
        if self.scale is None:
            return (x[0], *(self.size or x[1:]))
        height, width = (floor(size * s) for size, s in zip(x[1:], self.scale, strict=True))
        return (x[0], height, width)

    def windows(self, x: Shape) -> tuple[Window, Window]:
        height, width = (self._window(*axis) for axis in self._axes(x))
        return height, width

    def taps(self, x: Shape) -> tuple[Taps, Taps]:
        height, width = (partial(self._taps, *self._line(*axis)) for axis in self._axes(x))
        return height, width

    def _taps(self, ratio: Fraction, first: Fraction, output: int) -> range:
        position = output * ratio + first
        before = floor(position)
        if self.mode in ("nearest", "nearest-exact") or position == before:
            return range(before, before + 1)
        more = 0 if self.mode == "bilinear" else 1
        return range(before - more, before + 2 + more)

    def _line(self, size: int, output: int, scale: float | None) -> tuple[Fraction, Fraction]:
        """Return r and the position of the first output: those of the others are r apart."""
        ratio = self._ratio(size, output, scale)
        if self.mode == "nearest" or self.align_corners:
            return ratio, Fraction(0)
        return ratio, ratio / 2 if self.mode == "nearest-exact" else (ratio - 1) / 2

    def _window(self, size: int, output: int, scale: float | None) -> Window:
        ratio, first = self._line(size, output, scale)
        if self.mode in ("nearest", "nearest-exact"):
            return sliding(1, ratio, first)
        if ratio.denominator == first.denominator == 1:
            return sliding(1, ratio, first)  # every output falls on an input element
        return sliding(2, ratio, first) if self.mode == "bilinear" else sliding(4, ratio, first - 1)

    def _ratio(self, size: int, output: int, scale: float | None) -> Fraction:
        """r, the step along the input from one output to the next, in exact arithmetic.

        torch's single precision may, on a large map, round a position that falls on an element
        down to the element before it.
        """
        if self.align_corners:
            return Fraction(size - 1, output - 1) if output > 1 else Fraction(0)
        # These sizes torch takes for what they are, whatever the scale: `nearest_idx`, and for
        # `bilinear` `compute_source_index_and_lambda`.
        plain = {"nearest": (size, 2 * size), "bilinear": (size,)}
        if scale is None or output in plain.get(self.mode, ()):
            return Fraction(size, output)
        return (1 / Fraction(scale)).limit_denominator(FINEST)

    def torch(self, x: Shape) -> Module:
        settings = self.changed(
            scale_factor="scale", size="size", mode="mode", align_corners="align_corners"
        )
        return Module("Upsample", (), settings)
