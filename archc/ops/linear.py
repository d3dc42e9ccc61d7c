"""Fully connected layer."""

from collections.abc import Iterator

from archc.ops.base.kinds import Flag, Size
from archc.ops.base.operator import GLOBAL, Operator, Saved, Shape, invalid, valid
from archc.ops.base.torch_code import Module
from archc.problems.shapes import RankMismatch, ShapeProblem


class Linear(Operator):
    """`linear: M` returns M weighted sums of all N features: y = W x + b, [N] → [M].

    Weights: M × N, and M biases. One MAC per weight (biases apart). Stricter than torch, which
    would take a map's last axis for the features.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    features: Size
    bias: Flag = True

    principal = "features"
    examples = (
        valid("{linear: 120}", (400,), (120,)),
        valid("{linear: 10, bias: false}", (84,), (10,)),
        valid("{linear: 1}", (1,), (1,)),
        invalid("{linear: 10}", (8, 8, 8), "AR401", stricter=True),
        invalid("{linear: 10}", (16, 1, 1), "AR401"),
        invalid("{linear: 0}", (84,), "AR301", stricter=True),
        invalid("{linear: -1}", (84,), "AR301"),
        invalid("{linear: true}", (84,), "AR301"),
        invalid("{linear: 2.5}", (84,), "AR301"),
        invalid("{linear: [10, 10]}", (84,), "AR301"),
        invalid("{linear: 10, bias: 0}", (84,), "AR301", stricter=True),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if len(x) != 1:
            yield RankMismatch(None, self.name, "a vector [N]", x)

    def shape(self, x: Shape) -> Shape:
        return (self.features,)

    def weights(self, x: Shape) -> dict[str, Shape]:
        weights: dict[str, Shape] = {"weight": (self.features, x[0])}
        return {**weights, "bias": (self.features,)} if self.bias else weights

    def macs(self, x: Shape) -> int:
        return self.features * x[0]

    def windows(self, x: Shape) -> None:
        return GLOBAL

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        return Module("Linear", (x[0], self.features), self.changed(bias="bias"))
