"""Hyperbolic tangent."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Tanh(SameShape):
    """`tanh` returns (exp(x) − exp(−x))/(exp(x) + exp(−x)); the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html
    """

    follows = "activation"
    examples = (
        valid("tanh", (8, 5, 5), (8, 5, 5)),
        valid("tanh", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(output=True)

    def torch(self, x: Shape) -> Module:
        return Module("Tanh")
