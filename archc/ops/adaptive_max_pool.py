"""2-D maximum pooling to a given size."""

from math import prod

from archc.ops.base.adaptive import AdaptivePool
from archc.ops.base.operator import INT64, Saved, Shape, invalid, valid
from archc.ops.base.torch_code import Module


class AdaptiveMaxPool(AdaptivePool):
    """`adaptive_max_pool: N` returns N × N maxima of a map of any size: [C, H, W] → [C, N, N].

    Output i is the maximum of rows ⌊i·H/N⌋ to ⌈(i + 1)·H/N⌉ − 1, and of columns likewise.
    `adaptive_max_pool: 1` is global maximum pooling.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
    """

    examples = (
        valid("{adaptive_max_pool: 1}", (8, 7, 7), (8, 1, 1)),
        valid("{adaptive_max_pool: 7}", (8, 7, 7), (8, 7, 7)),
        valid("{adaptive_max_pool: [2, 3]}", (4, 6, 9), (4, 2, 3)),
        valid("{adaptive_max_pool: [4, 1]}", (4, 8, 8), (4, 4, 1)),
        valid("{adaptive_max_pool: [3, 5]}", (4, 7, 12), (4, 3, 5)),
        valid("{adaptive_max_pool: [6, 13]}", (4, 4, 8), (4, 6, 13)),
        invalid("{adaptive_max_pool: 1}", (16,), "AR401"),
        invalid("{adaptive_max_pool: 0}", (4, 7, 7), "AR301", stricter=True),
        invalid("{adaptive_max_pool: -1}", (4, 7, 7), "AR301"),
        invalid("{adaptive_max_pool: 2.5}", (4, 7, 7), "AR301"),
        invalid("{adaptive_max_pool: [1, 2, 3]}", (4, 7, 7), "AR301"),
    )

    def saved(self, x: Shape) -> Saved:
        # The place of each maximum is kept as an index.
        return Saved(input=True, extra_bytes=INT64 * prod(self.shape(x)))

    def torch(self, x: Shape) -> Module:
        return Module("AdaptiveMaxPool2d", (self.size,))
