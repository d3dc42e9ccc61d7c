"""Continuously differentiable exponential rectifier."""

from typing import Annotated

from archc.ops.base.kinds import Real
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Celu(SameShape):
    """`celu: a` returns max(0, x) + min(0, a·(exp(x/a) − 1)); the shape stays.

    Source: Barron 2017, https://arxiv.org/abs/1704.07483, and
    https://pytorch.org/docs/stable/generated/torch.nn.CELU.html
    """

    alpha: Annotated[float, Real(above=0)] = 1.0

    principal = "alpha"
    symbol = "CELU"
    follows = "activation"
    since = "0.2.0"
    examples = (
        valid("celu", (8, 5, 5), (8, 5, 5)),
        valid("{celu: 0.5}", (16,), (16,)),
        invalid("{celu: 0}", (16,), "AR301"),
        invalid("{celu: -0.5}", (16,), "AR301", stricter=True),
        invalid("{celu: true}", (8, 5, 5), "AR301", stricter=True),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("CELU", (), self.changed(alpha="alpha"))
