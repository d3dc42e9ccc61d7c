"""Elementwise sum of several values."""

from collections.abc import Iterator

from archc.ops.base.operator import Operator, Shape, invalid, valid
from archc.ops.base.torch_code import Infix
from archc.problems.shapes import ShapeProblem, UnequalShapes


class Add(Operator):
    """`add: [a, b]` sums values of one shape, as a residual connection does.

    y = a + b + …: [C, H, W], [C, H, W] → [C, H, W], or vectors. Stricter than torch, which
    would broadcast: a residual that fits only by broadcasting is a mistake.

    Source: He et al. 2016, https://arxiv.org/abs/1512.03385, and
    https://pytorch.org/docs/stable/generated/torch.add.html
    """

    joins = True
    symbol = "+"
    examples = (
        valid("{add: [a, b]}", ((64, 56, 56), (64, 56, 56)), (64, 56, 56)),
        valid("{add: [a, b, c]}", ((10,), (10,), (10,)), (10,)),
        invalid("{add: [a, b]}", ((64, 56, 56), (64, 28, 28)), "AR405"),
        invalid("{add: [a, b]}", ((64, 56, 56), (128, 56, 56)), "AR405"),
        invalid("{add: [a, b]}", ((64, 56, 56), (64, 1, 1)), "AR405", stricter=True),
        invalid("{add: [a, b]}", ((56,), (64, 56, 56)), "AR405"),
    )

    def check(self, x: tuple[Shape, ...]) -> Iterator[ShapeProblem]:
        if any(shape != x[0] for shape in x):
            yield UnequalShapes(None, self.name, "equal shapes", x)

    def shape(self, x: tuple[Shape, ...]) -> Shape:
        return x[0]

    def torch(self, x: tuple[Shape, ...]) -> Infix:
        return Infix("+")
