"""A map laid out as a vector."""

from math import prod

from archc.ops.base.operator import Operator, Shape, valid
from archc.ops.base.torch_code import Module


class Flatten(Operator):
    """`flatten` writes a map row by row, channel by channel: [C, H, W] → [C·H·W].

    Element (c, h, w) becomes feature (c·H + h)·W + w. A vector stays as it is.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """

    examples = (
        valid("flatten", (16, 5, 4), (320,)),
        valid("flatten", (16, 1, 1), (16,)),
        valid("flatten", (84,), (84,)),
    )

    def shape(self, x: Shape) -> Shape:
        return (prod(x),)

    def torch(self, x: Shape) -> Module:
        return Module("Flatten")

    @property
    def is_view(self) -> bool:
        return True
