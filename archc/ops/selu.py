"""Self-normalising exponential rectifier."""

from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Selu(SameShape):
    """`selu` returns s·x for x > 0, else s·a·(exp(x) − 1); the shape stays.

    s = 1.0507 and a = 1.6733 keep a mean of 0 and a variance of 1 from layer to layer.

    Source: Klambauer et al. 2017, https://arxiv.org/abs/1706.02515, and
    https://pytorch.org/docs/stable/generated/torch.nn.SELU.html
    """

    symbol = "SELU"
    follows = "activation"
    since = "0.2.0"
    examples = (
        valid("selu", (8, 5, 5), (8, 5, 5)),
        valid("selu", (16,), (16,)),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("SELU")
