"""Group normalisation."""

from collections.abc import Iterator

from archc.ops.base.grouped import check_groups
from archc.ops.base.kinds import Flag, Size
from archc.ops.base.norm import Epsilon, scale_and_shift
from archc.ops.base.operator import (
    FLOAT32,
    GLOBAL,
    POINTWISE,
    Saved,
    Shape,
    Window,
    invalid,
    valid,
)
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module
from archc.problems.shapes import ShapeProblem


class GroupNorm(SameShape):
    """`group_norm: G` normalises each of G groups of channels over all their positions.

    y = (x − mean)/√(variance + eps) · weight + bias, with mean and variance over one group of
    one sample. The shape stays. G = 1 normalises all, G = C each channel. Weights: C and C,
    where `affine`.

    Source: Wu and He 2018, https://arxiv.org/abs/1803.08494, and
    https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
    """

    groups: Size
    eps: Epsilon = 1e-5
    affine: Flag = True

    principal = "groups"
    symbol = "GN"
    follows = "norm"
    examples = (
        valid("{group_norm: 4}", (8, 5, 5), (8, 5, 5)),
        valid("{group_norm: 1, eps: 0.001}", (8, 5, 5), (8, 5, 5)),
        valid("{group_norm: 8, affine: false}", (8, 5, 5), (8, 5, 5)),
        valid("{group_norm: 4}", (16,), (16,)),
        valid("{group_norm: 16}", (16,), (16,)),
        valid("{group_norm: 2, eps: 0}", (8, 5, 5), (8, 5, 5)),
        invalid("{group_norm: 3}", (8, 5, 5), "AR402"),
        invalid("{group_norm: 16}", (8, 5, 5), "AR402"),
        invalid("{group_norm: 3}", (16,), "AR402"),
        invalid("{group_norm: 0}", (8, 5, 5), "AR301"),
        invalid("{group_norm: -2}", (8, 5, 5), "AR301"),
        invalid("{group_norm: 2, eps: -0.001}", (8, 5, 5), "AR301", stricter=True),
        invalid("{group_norm: 2, eps: small}", (8, 5, 5), "AR301"),
        invalid("{group_norm: 2, affine: 1}", (8, 5, 5), "AR301", stricter=True),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        yield from check_groups(self.groups, "features" if len(x) == 1 else "channels", x[0])

    def weights(self, x: Shape) -> dict[str, Shape]:
        return scale_and_shift((x[0],)) if self.affine else {}

    def windows(self, x: Shape) -> tuple[Window, Window] | None:
        # Only a vector with as many groups as features mixes nothing.
        return POINTWISE if x == (self.groups,) else GLOBAL

    def saved(self, x: Shape) -> Saved:
        # A mean and a 1/√(variance + eps) of each group.
        return Saved(input=True, extra_bytes=2 * FLOAT32 * self.groups)

    def torch(self, x: Shape) -> Module:
        return Module("GroupNorm", (self.groups, x[0]), self.changed(eps="eps", affine="affine"))
