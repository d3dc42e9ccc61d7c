"""Group normalisation that computes in the plain layout."""

from archc.ops.base.operator import Shape
from archc.ops.base.torch_code import Module
from archc.ops.group_norm import GroupNorm


class PlainGroupNorm(GroupNorm):
    """A `group_norm` of a map that is in memory as N×C×H×W: [C, H, W] → [C, H, W].

    In the other layout torch subtracts the mean's square from the mean of squares, which cancels:
    for values around 100 with a variance of 1, 1 % of the result was wrong.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
    """

    def torch(self, x: Shape) -> Module:
        return super().torch(x)._replace(name="PlainGroupNorm", runtime="plain_group_norm")
