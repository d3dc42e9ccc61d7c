"""Sigmoid linear unit, also called swish."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Silu(SameShape):
    """`silu` returns x/(1 + exp(−x)); the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html
    """

    symbol = "SiLU"
    follows = "activation"
    examples = (
        valid("silu", (8, 5, 5), (8, 5, 5)),
        valid("silu", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("SiLU")
