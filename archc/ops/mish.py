"""Smooth rectifier by tanh of softplus."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Mish(SameShape):
    """`mish` returns x·tanh(ln(1 + exp(x))); the shape stays.

    Source: Misra 2019, https://arxiv.org/abs/1908.08681, and
    https://pytorch.org/docs/stable/generated/torch.nn.Mish.html
    """

    symbol = "Mish"
    follows = "activation"
    since = "0.2.0"
    examples = (
        valid("mish", (8, 5, 5), (8, 5, 5)),
        valid("mish", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("Mish")
