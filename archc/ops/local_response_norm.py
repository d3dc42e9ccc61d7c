"""Local response normalisation, across neighbouring channels."""

from collections.abc import Iterator
from math import prod

from archc.ops.base.kinds import Number, Size
from archc.ops.base.operator import FLOAT32, Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module
from archc.ops.base.windowed import check_map
from archc.problems.shapes import ShapeProblem


class LocalResponseNorm(SameShape):
    """`local_response_norm: n` damps each number by its neighbours in n channels.

    y = x/(k + alpha/n · Σ x'²)^beta, over the n channels around x at the same position; the
    shape stays.

    Source: Krizhevsky et al. 2012, section 3.3, where alpha is not divided by n, and
    https://pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
    """

    size: Size
    alpha: Number = 1e-4
    beta: Number = 0.75
    k: Number = 1.0

    principal = "size"
    symbol = "LRN"
    follows = "norm"
    examples = (
        valid("{local_response_norm: 5, k: 2}", (8, 7, 7), (8, 7, 7)),
        valid("{local_response_norm: 2, alpha: 0.01, beta: 0.5}", (8, 5, 5), (8, 5, 5)),
        valid("{local_response_norm: 1}", (8, 5, 5), (8, 5, 5)),
        valid("{local_response_norm: 50}", (4, 5, 6), (4, 5, 6)),
        invalid("{local_response_norm: 5}", (16,), "AR401"),
        invalid("{local_response_norm: 0}", (8, 5, 5), "AR301"),
        invalid("{local_response_norm: true}", (8, 5, 5), "AR301"),
        invalid("{local_response_norm: 2.5}", (8, 5, 5), "AR301"),
        invalid("{local_response_norm: [3, 3]}", (8, 5, 5), "AR301"),
        invalid("{local_response_norm: 5, alpha: weak}", (8, 5, 5), "AR301"),
        invalid("{local_response_norm: 5, beta: weak}", (8, 5, 5), "AR301"),
        invalid("{local_response_norm: 5, k: weak}", (8, 5, 5), "AR301"),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        yield from check_map(self.name, x)

    def saved(self, x: Shape) -> Saved:
        # torch composes it: the padded squares, the base of the power, and the divisor are kept.
        squares = (x[0] + self.size - 1) * x[1] * x[2]
        return Saved(input=True, extra_bytes=FLOAT32 * (squares + 2 * prod(x)))

    def torch(self, x: Shape) -> Module:
        settings = self.changed(alpha="alpha", beta="beta", k="k")
        return Module("LocalResponseNorm", (self.size,), settings)
