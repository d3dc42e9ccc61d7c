"""Clipping between two values."""

from collections.abc import Iterator

from archc.ops.base.kinds import Number
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module
from archc.problems.limits import EmptyRange
from archc.problems.shapes import ShapeProblem


class Hardtanh(SameShape):
    """`hardtanh` returns min(max(`min`, x), `max`); the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
    """

    min: Number = -1.0
    max: Number = 1.0

    follows = "activation"
    since = "0.2.0"
    examples = (
        valid("hardtanh", (8, 5, 5), (8, 5, 5)),
        valid("{hardtanh: , min: 0, max: 4}", (16,), (16,)),
        invalid("{hardtanh: , min: 1}", (16,), "AR406"),
        invalid("{hardtanh: , min: 3, max: 2}", (16,), "AR406"),
        invalid("{hardtanh: , max: true}", (8, 5, 5), "AR301", stricter=True),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if self.min >= self.max:
            yield EmptyRange("max", self.min, self.max)

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("Hardtanh", (), self.changed(min_val="min", max_val="max"))
