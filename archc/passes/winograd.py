"""3×3 convolutions multiply 16 times where they multiplied 36 times."""

from archc.graph.graph import Graph
from archc.ops.base.operator import Shape
from archc.ops.conv import Conv
from archc.ops.internal.winograd_conv import WinogradConv
from archc.passes.base.guarding import guarded
from archc.passes.base.optimised import Optimised
from archc.passes.base.replacing import replaced
from archc.passes.base.rewriting import Pass

CHANNELS = 40
"""C C_out/(C + C_out) from which it pays: of a tile, C C_out products are saved, and what each
of its C inputs and C_out outputs costs by sums and by moves in memory is spent."""
TILES = 36
"""How many tiles a map needs at least: for fewer, reading 16 matrices for 9 costs too much."""


class Winograd(Pass):
    """Compute 3×3 convolutions of stride 1 by Winograd's F(2×2, 3×3), and take in their ReLUs.

    Exact: Y = Aᵀ((G g Gᵀ) ⊙ (Bᵀ d B))A is an identity; its matrices hold 0, ±1 and ½, and in
    float32 its outputs are rounded less than those of a sum of 9 C products. Larger tiles save
    more, and their matrices round too much for the bound. With several threads of torch the
    kernels are packed instead, as `pack_convolutions` does.

    Example::

        input: [128, 12, 12]
        layers:
          wide: {conv: 128, kernel: 3, padding: 1}
          act: relu
          small: {conv: 8, kernel: 3, padding: 1}

    becomes::

        wide: winograd_conv 128 · kernel 3 · padding 1 · relu true
        small: conv 8 · kernel 3 · padding 1

    Source: Lavin, Gray 2016, https://arxiv.org/abs/1509.09308
    """

    bundles = ("inference", "onnxruntime")
    after = ("channels_last",)

    def rewrite(self, graph: Graph) -> Optimised:
        """Return the graph with other convolutions where they pay."""
        done = replaced(self, graph, _pays, WinogradConv, "computed by Winograd's products")
        if not done.changes:
            return done
        return done.then(guarded(self, done.graph))  # its products leave maps channels last


def _pays(conv: Conv, x: Shape) -> bool:
    if conv.kernel != (3, 3) or conv.stride != (1, 1) or conv.dilation != (1, 1):
        return False
    if conv.groups != 1:
        return False
    (channels_in, *_), (channels, height, width) = x, conv.shape(x)
    tiles = -(-height // 2) * -(-width // 2)
    pays = channels_in * channels >= CHANNELS * (channels_in + channels)
    return pays and tiles >= TILES
