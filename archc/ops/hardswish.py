"""Piecewise stand-in for swish."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Hardswish(SameShape):
    """`hardswish` returns x·min(max(0, x + 3), 6)/6; the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Hardswish.html
    """

    follows = "activation"
    examples = (
        valid("hardswish", (8, 5, 5), (8, 5, 5)),
        valid("hardswish", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("Hardswish")
