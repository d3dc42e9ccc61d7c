"""Leaky rectifier."""

from archc.ops.base.kinds import Number
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class LeakyRelu(SameShape):
    """`leaky_relu: a` returns max(0, x) + a·min(0, x); the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
    """

    negative_slope: Number = 0.01

    principal = "negative_slope"
    symbol = "LeakyReLU"
    follows = "activation"
    examples = (
        valid("leaky_relu", (8, 5, 5), (8, 5, 5)),
        valid("{leaky_relu: 0.2}", (16,), (16,)),
        valid("{leaky_relu: 0}", (8, 5, 5), (8, 5, 5)),
        valid("{leaky_relu: -0.5}", (8, 5, 5), (8, 5, 5)),
        invalid("{leaky_relu: true}", (8, 5, 5), "AR301", stricter=True),
        invalid("{leaky_relu: .inf}", (8, 5, 5), "AR301", stricter=True),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        # In place, autograd cannot go back through a negative slope.
        inplace = self.negative_slope >= 0
        settings = self.changed(negative_slope="negative_slope")
        return Module("LeakyReLU", (), settings, inplace=inplace)
