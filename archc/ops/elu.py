"""Exponential rectifier."""

from archc.ops.base.kinds import Number
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Elu(SameShape):
    """`elu: a` returns x for x > 0, else a·(exp(x) − 1); the shape stays.

    Source: Clevert et al. 2015, https://arxiv.org/abs/1511.07289, and
    https://pytorch.org/docs/stable/generated/torch.nn.ELU.html
    """

    alpha: Number = 1.0

    principal = "alpha"
    symbol = "ELU"
    follows = "activation"
    since = "0.2.0"
    examples = (
        valid("elu", (8, 5, 5), (8, 5, 5)),
        valid("{elu: 0.5}", (16,), (16,)),
        invalid("{elu: true}", (8, 5, 5), "AR301", stricter=True),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("ELU", (), self.changed(alpha="alpha"))
