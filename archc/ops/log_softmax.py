"""Logarithm of the softmax over the channels."""

from archc.ops.base.operator import GLOBAL, POINTWISE, Saved, Shape, Window, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class LogSoftmax(SameShape):
    """`log_softmax` makes logarithms of probabilities of features, or of a map's channels.

    y_c = x_c − ln Σ exp(x_k), the sum over all features, or over all channels at one position; the
    shape stays. The cross-entropy loss includes a softmax already.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """

    since = "0.2.0"
    examples = (
        valid("log_softmax", (10,), (10,)),
        valid("log_softmax", (8, 5, 5), (8, 5, 5)),
    )

    def windows(self, x: Shape) -> tuple[Window, Window] | None:
        return GLOBAL if len(x) == 1 else POINTWISE

    def saved(self, x: Shape) -> Saved:
        return Saved(output=True)

    def torch(self, x: Shape) -> Module:
        return Module("LogSoftmax", (), {"dim": 1})
