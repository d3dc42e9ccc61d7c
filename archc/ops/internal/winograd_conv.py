"""2-D convolution of 3×3 that multiplies 16 times for four outputs, not 36 times."""

from archc.ops.base.operator import Shape, valid
from archc.ops.base.torch_code import Module
from archc.ops.internal.packed_conv import PackedConv


class WinogradConv(PackedConv):
    """A `conv` of 3×3 and stride 1 by Winograd's F(2×2, 3×3): [C, H, W] → [C_out, OH, OW].

    Tiles of 2×2 outputs cover the map. Each of the ⌈OH/2⌉ ⌈OW/2⌉ tiles costs 16 C C_out MACs; the
    sums before and after them are not counted. Several threads compute it packed.

    Source: Lavin, Gray 2016, https://arxiv.org/abs/1509.09308
    """

    examples = (valid("{winograd_conv: 6, kernel: 3}", (4, 28, 28), (6, 26, 26)),)

    def macs(self, x: Shape) -> int:
        channels, height, width = self.shape(x)
        return 16 * x[0] * channels * -(-height // 2) * -(-width // 2)

    def torch(self, x: Shape) -> Module:
        return super().torch(x)._replace(name="WinogradConv2d", runtime="winograd_conv2d")
