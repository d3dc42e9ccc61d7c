"""Smooth rectifier."""

from typing import Annotated

from archc.ops.base.kinds import Number, Real
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Softplus(SameShape):
    """`softplus` returns ln(1 + exp(β·x))/β, and x itself where β·x > `threshold`; the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html
    """

    beta: Annotated[float, Real(above=0)] = 1.0
    threshold: Number = 20.0

    principal = "beta"
    follows = "activation"
    since = "0.2.0"
    examples = (
        valid("softplus", (8, 5, 5), (8, 5, 5)),
        valid("{softplus: 2, threshold: 10}", (16,), (16,)),
        invalid("{softplus: 0}", (16,), "AR301", stricter=True),
        invalid("{softplus: true}", (8, 5, 5), "AR301", stricter=True),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("Softplus", (), self.changed(beta="beta", threshold="threshold"))
