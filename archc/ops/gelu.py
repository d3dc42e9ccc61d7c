"""Gaussian error linear unit."""

from typing import Annotated

from archc.ops.base.kinds import OneOf
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Gelu(SameShape):
    """`gelu` returns x·Φ(x), Φ being the normal distribution's cumulative function.

    The shape stays. `approximate: tanh` replaces Φ(x) by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))).

    Source: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415, and
    https://pytorch.org/docs/stable/generated/torch.nn.GELU.html
    """

    approximate: Annotated[str, OneOf("none", "tanh")] = "none"

    symbol = "GELU"
    follows = "activation"
    examples = (
        valid("gelu", (8, 5, 5), (8, 5, 5)),
        valid("{gelu: , approximate: tanh}", (16,), (16,)),
        invalid("{gelu: , approximate: fast}", (8, 5, 5), "AR301"),
        invalid("{gelu: , approximate: true}", (8, 5, 5), "AR301"),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("GELU", (), self.changed(approximate="approximate"))
