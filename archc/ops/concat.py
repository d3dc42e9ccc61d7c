"""Several values one after the other along the channels."""

from collections.abc import Iterator

from archc.ops.base.operator import Operator, Shape, invalid, valid
from archc.ops.base.torch_code import Function
from archc.problems.shapes import ShapeProblem, UnequalShapes


class Concat(Operator):
    """`concat: [a, b]` joins maps of one height and width, or vectors: [ΣC, H, W] or [ΣN].

    [C₁, H, W], [C₂, H, W] → [C₁ + C₂, H, W]: the channels of a, then those of b, and so on.

    Source: https://pytorch.org/docs/stable/generated/torch.cat.html
    """

    joins = True
    examples = (
        valid("{concat: [a, b]}", ((8, 7, 7), (4, 7, 7)), (12, 7, 7)),
        valid("{concat: [a, b, c]}", ((8, 5, 4), (1, 5, 4), (3, 5, 4)), (12, 5, 4)),
        valid("{concat: [a, b]}", ((10,), (84,)), (94,)),
        invalid("{concat: [a, b]}", ((8, 7, 7), (8, 7, 6)), "AR405"),
        invalid("{concat: [a, b]}", ((8, 7, 7), (8, 1, 1)), "AR405"),
        invalid("{concat: [a, b, c]}", ((8, 7, 7), (8, 7, 7), (8, 14, 14)), "AR405"),
        invalid("{concat: [a, b]}", ((8, 7, 7), (8,)), "AR405"),
        invalid("{concat: [a, b]}", ((8,), (8, 1, 1)), "AR405"),
    )

    def check(self, x: tuple[Shape, ...]) -> Iterator[ShapeProblem]:
        if any(shape[1:] != x[0][1:] for shape in x):
            yield UnequalShapes(None, self.name, "equal heights and widths", x)

    def shape(self, x: tuple[Shape, ...]) -> Shape:
        return (sum(shape[0] for shape in x), *x[0][1:])

    def torch(self, x: tuple[Shape, ...]) -> Function:
        return Function("torch.cat", {"dim": 1})
