"""2-D average pooling to a given size."""

from archc.ops.base.adaptive import AdaptivePool
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.torch_code import Module


class AdaptiveAvgPool(AdaptivePool):
    """`adaptive_avg_pool: N` returns N × N means of a map of any size: [C, H, W] → [C, N, N].

    Output i is the mean of rows ⌊i·H/N⌋ to ⌈(i + 1)·H/N⌉ − 1, and of columns likewise.
    `adaptive_avg_pool: 1` is global average pooling.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """

    examples = (
        valid("{adaptive_avg_pool: 1}", (8, 7, 7), (8, 1, 1)),
        valid("{adaptive_avg_pool: 7}", (8, 7, 7), (8, 7, 7)),
        valid("{adaptive_avg_pool: 7}", (8, 1, 1), (8, 7, 7)),
        valid("{adaptive_avg_pool: [2, 3]}", (4, 6, 9), (4, 2, 3)),
        valid("{adaptive_avg_pool: [1, 4]}", (4, 8, 8), (4, 1, 4)),
        valid("{adaptive_avg_pool: [3, 5]}", (4, 7, 12), (4, 3, 5)),
        valid("{adaptive_avg_pool: [6, 13]}", (4, 4, 8), (4, 6, 13)),
        invalid("{adaptive_avg_pool: 1}", (16,), "AR401", stricter=True),
        invalid("{adaptive_avg_pool: 0}", (4, 7, 7), "AR301", stricter=True),
        invalid("{adaptive_avg_pool: -1}", (4, 7, 7), "AR301"),
        invalid("{adaptive_avg_pool: 2.5}", (4, 7, 7), "AR301"),
        invalid("{adaptive_avg_pool: [1, 2, 3]}", (4, 7, 7), "AR301"),
    )

    def saved(self, x: Shape) -> Saved:
        # Global pooling is a mean, whose gradient needs nothing.
        return Saved(input=self.size != (1, 1))

    def torch(self, x: Shape) -> Module:
        return Module("AdaptiveAvgPool2d", (self.size,))
