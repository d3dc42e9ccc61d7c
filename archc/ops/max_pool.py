"""2-D maximum pooling."""

from collections.abc import Iterator
from math import prod

from archc.ops.base.kinds import Pair
from archc.ops.base.operator import INT64, Saved, Shape, invalid, valid
from archc.ops.base.pool import Pool
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import Axis, named
from archc.problems.base import Severity
from archc.problems.limits import OnlyPadding
from archc.problems.shapes import ShapeProblem


class MaxPool(Pool):
    """`max_pool: F` gives the largest number of each F × F window: [C, H, W] → [C, OH, OW].

    OH = ⌊(H + 2P − F')/S⌋ + 1 with F' = D (F − 1) + 1; the stride S is F unless given. Padding
    never wins: it counts as −∞. `ceil_mode` rounds up, but drops a last window that would start
    after the input. A dilated window that has nothing but padding under its taps is an error:
    torch gives −∞ for it, and its backward pass writes outside of the gradient's memory.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """

    dilation: Pair = (1, 1)

    examples = (
        valid("{max_pool: 2}", (6, 28, 28), (6, 14, 14)),
        valid("{max_pool: 3, stride: 2, padding: 1}", (8, 112, 112), (8, 56, 56)),
        valid("{max_pool: 3, stride: 2}", (4, 8, 9), (4, 3, 4)),
        valid("{max_pool: 3, stride: 2, ceil_mode: true}", (4, 8, 8), (4, 4, 4)),
        valid("{max_pool: 2, stride: 3, padding: 1, ceil_mode: true}", (4, 5, 5), (4, 2, 2)),
        valid("{max_pool: [3, 2]}", (4, 9, 8), (4, 3, 4)),
        valid("{max_pool: 3, stride: 1, padding: [1, 0]}", (4, 7, 7), (4, 7, 5)),
        valid("{max_pool: 3, dilation: 2, stride: 1, padding: 1}", (4, 7, 7), (4, 5, 5)),
        valid("{max_pool: 2, dilation: [3, 1]}", (4, 7, 7), (4, 2, 3)),
        valid("{max_pool: 7, ceil_mode: true}", (4, 6, 6), (4, 1, 1)),
        invalid("{max_pool: 7}", (4, 6, 6), "AR403"),
        invalid("{max_pool: 3, dilation: 3}", (4, 9, 6), "AR403"),
        invalid("{max_pool: 5, stride: 1, ceil_mode: true}", (4, 2, 2), "AR403"),
        invalid("{max_pool: 3, padding: 2}", (4, 7, 7), "AR406"),
        invalid("{max_pool: 3, padding: [1, 2], dilation: 2}", (4, 7, 7), "AR406"),
        valid("{max_pool: 2, padding: 1, dilation: 4, stride: 2}", (4, 4, 4), (4, 1, 1)),
        valid(
            "{max_pool: 4, padding: 2, dilation: 2, stride: 5, ceil_mode: true}",
            (1, 1, 1),
            (1, 1, 1),
        ),
        invalid("{max_pool: 2, padding: 1, dilation: 2}", (5, 1, 1), "AR406", stricter=True),
        invalid(
            "{max_pool: 2, padding: [0, 1], dilation: [1, 4]}", (5, 4, 3), "AR406", stricter=True
        ),
        invalid(
            "{max_pool: 4, padding: 1, dilation: 3, stride: 9, ceil_mode: true}",
            (1, 2, 2),
            "AR406",
            stricter=True,
        ),
        invalid("{max_pool: 2}", (16,), "AR401"),
        invalid("{max_pool: 0}", (4, 7, 7), "AR301"),
        invalid("{max_pool: true}", (4, 7, 7), "AR301"),
        invalid("{max_pool: 2.5}", (4, 7, 7), "AR301"),
        invalid("{max_pool: [2, 2, 2]}", (4, 7, 7), "AR301"),
        invalid("{max_pool: 2, stride: 0}", (4, 7, 7), "AR301"),
        invalid("{max_pool: 2, padding: -1}", (4, 7, 7), "AR301"),
        invalid("{max_pool: 2, dilation: 0}", (4, 7, 7), "AR301"),
        invalid("{max_pool: 2, ceil_mode: 1}", (4, 7, 7), "AR301"),
    )

    def _dilation(self) -> tuple[int, int]:
        return self.dilation

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        found = list(super().check(x))
        yield from found
        if all(problem.severity is not Severity.ERROR for problem in found):
            for name, axis in named(self._axes(x)):
                yield from _check_taps(name, axis)

    def saved(self, x: Shape) -> Saved:
        # The place of each maximum is kept as an index.
        return Saved(input=True, extra_bytes=INT64 * prod(self.shape(x)))

    def torch(self, x: Shape) -> Module:
        settings = self.changed(
            stride="stride", padding="padding", dilation="dilation", ceil_mode="ceil_mode"
        )
        return Module("MaxPool2d", (), {"kernel_size": self.kernel, **settings})


def _check_taps(name: str, axis: Axis) -> Iterator[ShapeProblem]:
    """Yield a problem where a window has nothing but padding under its taps.

    That takes taps further apart than the map is long. The padding being half the kernel at most,
    there is then one window, the one that begins with the padding, and it has taps on both sides.
    """
    if axis.dilation <= axis.size or axis.kernel == 1:
        return
    behind = -axis.before % axis.dilation
    if behind < axis.size:
        return
    yield OnlyPadding("dilation", name, axis.size, axis.dilation, behind)
