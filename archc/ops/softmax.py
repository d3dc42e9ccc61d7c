"""Softmax over the channels."""

from archc.ops.base.operator import GLOBAL, POINTWISE, Saved, Shape, Window, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Softmax(SameShape):
    """`softmax` makes probabilities of a vector's features, or of a map's channels.

    y_c = exp(x_c)/Σ exp(x_k), the sum over all features, or over all channels at one position;
    the shape stays. The cross-entropy loss includes a softmax already.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """

    examples = (
        valid("softmax", (10,), (10,)),
        valid("softmax", (8, 5, 5), (8, 5, 5)),
    )

    def windows(self, x: Shape) -> tuple[Window, Window] | None:
        return GLOBAL if len(x) == 1 else POINTWISE

    def saved(self, x: Shape) -> Saved:
        return Saved(output=True)

    def torch(self, x: Shape) -> Module:
        return Module("Softmax", (), {"dim": 1})
