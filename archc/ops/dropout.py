"""Dropout."""

from collections.abc import Iterator
from math import prod

from archc.ops.base.kinds import Flag, Probability
from archc.ops.base.operator import FLOAT32, Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import check_map
from archc.problems.shapes import ShapeProblem


class Dropout(SameShape):
    """`dropout: p` zeroes each number with probability p in training, and scales the rest.

    y = x·m/(1 − p), m being 0 with probability p and else 1; in evaluation y = x. The shape stays.
    With `by_channel` there is one m for each channel of a map.

    Source: Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html,
    Tompson et al. 2015, https://arxiv.org/abs/1411.4280,
    https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html and
    https://pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
    """

    p: Probability = 0.5
    by_channel: Flag = False

    principal = "p"
    examples = (
        valid("dropout", (8, 5, 5), (8, 5, 5)),
        valid("{dropout: 0.2}", (16,), (16,)),
        valid("{dropout: 0}", (16,), (16,)),
        valid("{dropout: 1}", (8, 5, 5), (8, 5, 5)),
        valid("{dropout: 0.2, by_channel: true}", (8, 5, 5), (8, 5, 5)),
        valid("{dropout: 0, by_channel: true}", (8, 5, 5), (8, 5, 5)),
        valid("{dropout: 1, by_channel: true}", (8, 5, 5), (8, 5, 5)),
        invalid("{dropout: 0.5, by_channel: true}", (16,), "AR401", stricter=True),
        invalid("{dropout: 1.5}", (16,), "AR301"),
        invalid("{dropout: -0.5}", (16,), "AR301"),
        invalid("{dropout: half}", (16,), "AR301"),
        invalid("{dropout: true}", (16,), "AR301", stricter=True),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if self.by_channel:
            yield from check_map(self.name, x)

    def saved(self, x: Shape) -> Saved:
        # m/(1 − p) is kept; of the certain cases, none of 0 and one number of 1.
        if self.p in (0, 1):
            return Saved(batch_bytes=FLOAT32 if self.p else 0)
        return Saved(extra_bytes=FLOAT32 * (x[0] if self.by_channel else prod(x)))

    def torch(self, x: Shape) -> Module:
        name = "Dropout2d" if self.by_channel else "Dropout"
        return Module(name, (), self.changed(p="p"))

    @property
    def is_view(self) -> bool:
        return True
