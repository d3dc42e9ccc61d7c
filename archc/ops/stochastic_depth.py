"""Branches of a residual network that are left out at random."""

from typing import Annotated

from archc.ops.base.kinds import OneOf, Probability
from archc.ops.base.operator import FLOAT32, Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class StochasticDepth(SameShape):
    """`stochastic_depth: p` zeroes whole samples with probability p in training; the shape stays.

    y = x·m/(1 − p), m being 0 with probability p and else 1: one m for each sample (`row`), or one
    for all (`batch`). In evaluation y = x. It stands at the end of the branch that an `add` joins.

    Source: Huang et al. 2016, https://arxiv.org/abs/1603.09382, and
    https://pytorch.org/vision/stable/generated/torchvision.ops.StochasticDepth.html
    """

    p: Probability
    mode: Annotated[str, OneOf("row", "batch")] = "row"

    principal = "p"
    since = "0.2.0"
    examples = (
        valid("{stochastic_depth: 0.2}", (8, 5, 5), (8, 5, 5)),
        valid("{stochastic_depth: 0.5, mode: batch}", (16,), (16,)),
        valid("{stochastic_depth: 0}", (8, 5, 5), (8, 5, 5)),
        valid("{stochastic_depth: 1}", (8, 5, 5), (8, 5, 5)),
        invalid("{stochastic_depth: 1.5}", (16,), "AR301"),
        invalid("{stochastic_depth: 0.5, mode: column}", (16,), "AR301"),
    )

    def saved(self, x: Shape) -> Saved:
        if self.p == 0:
            return Saved()
        return Saved(extra_bytes=FLOAT32) if self.mode == "row" else Saved(batch_bytes=FLOAT32)

    def torch(self, x: Shape) -> Module:
        return Module("StochasticDepth", (self.p, self.mode), runtime="stochastic_depth")

    @property
    def is_view(self) -> bool:
        return True
