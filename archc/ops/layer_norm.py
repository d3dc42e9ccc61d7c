"""Layer normalisation."""

from collections.abc import Iterator
from math import prod
from typing import Annotated

from archc.ops.base.kinds import Flag, Whole
from archc.ops.base.norm import Epsilon, scale_and_shift
from archc.ops.base.operator import FLOAT32, GLOBAL, Saved, Shape, Window, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module
from archc.problems.limits import TooManyAxes
from archc.problems.shapes import ShapeProblem


class LayerNorm(SameShape):
    """`layer_norm` normalises all axes of what it reads; `layer_norm: 2` the last two alone.

    y = (x − mean)/√(variance + eps) · weight + bias, with mean and variance over those axes of
    one sample. Weights, where `affine`: two of the shape of those axes, the second where `bias`.
    Stricter than torch, which is given sizes: there must be as many axes as are asked for.

    Source: Ba et al. 2016, https://arxiv.org/abs/1607.06450, and
    https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """

    axes: Annotated[int | None, Whole(1)] = None
    eps: Epsilon = 1e-5
    affine: Flag = True
    bias: Flag = True

    principal = "axes"
    symbol = "LN"
    follows = "norm"
    examples = (
        valid("layer_norm", (8, 5, 5), (8, 5, 5)),
        valid("layer_norm", (16,), (16,)),
        valid("{layer_norm: 1}", (16,), (16,)),
        valid("{layer_norm: 3}", (8, 5, 4), (8, 5, 4)),
        valid("{layer_norm: 2}", (8, 5, 4), (8, 5, 4)),
        valid("{layer_norm: 1}", (8, 5, 4), (8, 5, 4)),
        valid("{layer_norm: , eps: 0.001, bias: false}", (8, 5, 5), (8, 5, 5)),
        valid("{layer_norm: , eps: 0}", (16,), (16,)),
        valid("{layer_norm: , affine: false}", (8, 5, 5), (8, 5, 5)),
        invalid("{layer_norm: 2}", (16,), "AR406", stricter=True),
        invalid("{layer_norm: 4}", (8, 5, 5), "AR406", stricter=True),
        invalid("{layer_norm: 0}", (8, 5, 5), "AR301"),
        invalid("{layer_norm: -1}", (8, 5, 5), "AR301"),
        invalid("{layer_norm: , eps: -0.001}", (8, 5, 5), "AR301", stricter=True),
        invalid("{layer_norm: , eps: small}", (8, 5, 5), "AR301"),
        invalid("{layer_norm: , affine: 1}", (8, 5, 5), "AR301", stricter=True),
        invalid("{layer_norm: , bias: 1}", (8, 5, 5), "AR301", stricter=True),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if self.axes is not None and self.axes > len(x):
            yield TooManyAxes("axes", self.axes, len(x))

    def _kept(self, x: Shape) -> int:
        """The number of leading axes that stay apart."""
        return 0 if self.axes is None else len(x) - self.axes

    def weights(self, x: Shape) -> dict[str, Shape]:
        return scale_and_shift(x[self._kept(x) :], self.bias) if self.affine else {}

    def windows(self, x: Shape) -> tuple[Window, Window] | None:
        # Of a map's axes, the last alone: each row is normalised by itself.
        return (Window(1), Window(x[2], stride=0)) if self._kept(x) == 2 else GLOBAL

    def saved(self, x: Shape) -> Saved:
        # A mean and a 1/√(variance + eps) for each index of the axes that stay apart.
        return Saved(input=True, extra_bytes=2 * FLOAT32 * prod(x[: self._kept(x)]))

    def torch(self, x: Shape) -> Module:
        settings = self.changed(eps="eps", elementwise_affine="affine", bias="bias")
        return Module("LayerNorm", (list(x[self._kept(x) :]),), settings)
