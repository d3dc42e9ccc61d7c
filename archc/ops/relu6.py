"""Rectifier with a ceiling."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Relu6(SameShape):
    """`relu6` returns min(max(0, x), 6); the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
    """

    symbol = "ReLU6"
    follows = "activation"
    examples = (
        valid("relu6", (8, 5, 5), (8, 5, 5)),
        valid("relu6", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        # Not in place: there autograd keeps a copy of the input, which costs more than it saves.
        return Module("ReLU6")
