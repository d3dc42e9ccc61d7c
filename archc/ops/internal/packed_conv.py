"""2-D convolution whose kernels are in the order that oneDNN computes in."""

from archc.ops.base.convolution import Convolution
from archc.ops.base.kinds import Flag
from archc.ops.base.operator import Saved, Shape, valid
from archc.ops.base.torch_code import Module


class PackedConv(Convolution):
    """A `conv` that keeps its kernels packed, with the ReLU behind it where `relu` is set.

    [C, H, W] → [C_out, OH, OW], with the weights and the MACs of `archc.ops.conv`.

    Source: https://uxlfoundation.github.io/oneDNN/dev_guide_inference.html
    """

    relu: Flag = False

    examples = (valid("{packed_conv: 6, kernel: 5, relu: true}", (1, 28, 28), (6, 24, 24)),)

    def saved(self, x: Shape) -> Saved:
        return super().saved(x)._replace(output=self.relu)

    def torch(self, x: Shape) -> Module:
        conv = super().torch(x)
        settings = {**conv.kwargs, **self.changed(relu="relu")}
        return Module("PackedConv2d", conv.args, settings, runtime="packed_conv2d")
