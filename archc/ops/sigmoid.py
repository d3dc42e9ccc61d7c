"""Logistic function."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Sigmoid(SameShape):
    """`sigmoid` returns 1/(1 + exp(−x)); the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
    """

    follows = "activation"
    examples = (
        valid("sigmoid", (8, 5, 5), (8, 5, 5)),
        valid("sigmoid", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(output=True)

    def torch(self, x: Shape) -> Module:
        return Module("Sigmoid")
