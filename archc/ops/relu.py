"""Rectifier."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Relu(SameShape):
    """`relu` returns max(0, x); the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """

    symbol = "ReLU"
    follows = "activation"
    examples = (
        valid("relu", (8, 5, 5), (8, 5, 5)),
        valid("relu", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(output=True)

    def torch(self, x: Shape) -> Module:
        return Module("ReLU", inplace=True)
