"""2-D convolution that computes in the plain layout."""

from archc.ops.base.operator import Shape
from archc.ops.base.torch_code import Module
from archc.ops.conv import Conv


class PlainConv(Conv):
    """A `conv` whose maps and kernels are in memory as N×C×H×W, whatever the network's layout.

    [C, H, W] → [C_out, OH, OW]. `archc.passes` uses it for the convolutions that torch gets wrong
    in the other layout.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """

    def torch(self, x: Shape) -> Module:
        return super().torch(x)._replace(name="PlainConv2d", runtime="plain_conv2d")
