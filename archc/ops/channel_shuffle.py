"""Channels of several groups, dealt in turns."""

from collections.abc import Iterator

from archc.ops.base.grouped import check_groups
from archc.ops.base.kinds import Size
from archc.ops.base.operator import Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import check_map
from archc.problems.shapes import ShapeProblem


class ChannelShuffle(SameShape):
    """`channel_shuffle: g` deals the channels of g groups in turns: [C, H, W] → [C, H, W].

    Channel i·g + j of the output is channel j·C/g + i of the input, so that a grouped convolution
    after it reads channels of every group.

    Source: Zhang et al. 2018, https://arxiv.org/abs/1707.01083, and
    https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
    """

    groups: Size

    principal = "groups"
    since = "0.2.0"
    examples = (
        valid("{channel_shuffle: 2}", (8, 5, 5), (8, 5, 5)),
        valid("{channel_shuffle: 3}", (6, 1, 4), (6, 1, 4)),
        invalid("{channel_shuffle: 3}", (8, 5, 5), "AR402"),
        invalid("{channel_shuffle: 2}", (16,), "AR401"),
        invalid("{channel_shuffle: 0}", (8, 5, 5), "AR301"),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if len(x) != 3:
            yield from check_map(self.name, x)
            return
        yield from check_groups(self.groups, "input channels", x[0])

    def torch(self, x: Shape) -> Module:
        return Module("ChannelShuffle", (self.groups,))
