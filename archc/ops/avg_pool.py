"""2-D average pooling."""

from typing import Annotated

from archc.ops.base.kinds import Flag, Whole
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.pool import Pool
from archc.ops.base.torch_code import Module


class AvgPool(Pool):
    """`avg_pool: F` returns the mean of each F × F window: [C, H, W] → [C, OH, OW].

    OH = ⌊(H + 2P − F)/S⌋ + 1; the default of the stride S is F. The sum is divided by the number
    of elements, padding included unless `count_include_pad: false`, or by `divisor_override`.
    `ceil_mode` rounds up, but drops a last window that would start after the input.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """

    count_include_pad: Flag = True
    divisor_override: Annotated[int | None, Whole(1)] = None

    examples = (
        valid("{avg_pool: 2}", (6, 28, 28), (6, 14, 14)),
        valid("{avg_pool: 3, stride: 2, padding: 1}", (4, 8, 8), (4, 4, 4)),
        valid("{avg_pool: 3, stride: 2, ceil_mode: true}", (4, 8, 8), (4, 4, 4)),
        valid("{avg_pool: 2, stride: 3, padding: 1, ceil_mode: true}", (4, 5, 5), (4, 2, 2)),
        valid("{avg_pool: [1, 3], stride: [2, 1]}", (4, 6, 7), (4, 3, 5)),
        valid("{avg_pool: 3, padding: 1, count_include_pad: false}", (4, 7, 7), (4, 3, 3)),
        valid("{avg_pool: 2, divisor_override: 3}", (4, 6, 6), (4, 3, 3)),
        valid("{avg_pool: 1}", (4, 6, 6), (4, 6, 6)),
        invalid("{avg_pool: 7}", (4, 6, 6), "AR403"),
        invalid("{avg_pool: [1, 7]}", (4, 6, 6), "AR403"),
        invalid("{avg_pool: 3, padding: 2}", (4, 7, 7), "AR406"),
        invalid("{avg_pool: 1, padding: [0, 1]}", (4, 7, 7), "AR406"),
        invalid("{avg_pool: 2}", (16,), "AR401"),
        invalid("{avg_pool: 0}", (4, 7, 7), "AR301"),
        invalid("{avg_pool: 2, stride: 0}", (4, 7, 7), "AR301"),
        invalid("{avg_pool: 2, padding: -1}", (4, 7, 7), "AR301"),
        invalid("{avg_pool: 2, divisor_override: 0}", (4, 7, 7), "AR301"),
        invalid("{avg_pool: 2, divisor_override: -2}", (4, 7, 7), "AR301", stricter=True),
        invalid("{avg_pool: 2, ceil_mode: 1}", (4, 7, 7), "AR301"),
        invalid("{avg_pool: 2, count_include_pad: 1}", (4, 7, 7), "AR301"),
    )

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        settings = self.changed(
            stride="stride",
            padding="padding",
            ceil_mode="ceil_mode",
            count_include_pad="count_include_pad",
            divisor_override="divisor_override",
        )
        return Module("AvgPool2d", (), {"kernel_size": self.kernel, **settings})
