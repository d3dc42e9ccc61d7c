"""Elementwise product of several values."""

from collections.abc import Iterator
from math import prod

from archc.ops.base.operator import FLOAT32, Operator, Saved, Shape, invalid, valid
from archc.ops.base.torch_code import Infix
from archc.problems.shapes import ShapeProblem, UnequalShapes


class Multiply(Operator):
    """`multiply: [a, b]` multiplies values of one shape, or a map by one gate per channel.

    y = a·b·…: [C, H, W], [C, H, W] → [C, H, W]. A gate [C, 1, 1] scales each channel of a map
    [C, H, W], as squeeze-and-excitation does. Stricter than torch, which would broadcast
    anything. A window is that of the map: every output element reads the gate.

    Source: Hu et al. 2018, https://arxiv.org/abs/1709.01507, and
    https://pytorch.org/docs/stable/generated/torch.mul.html
    """

    joins = True
    symbol = "×"
    examples = (
        valid("{multiply: [a, b]}", ((8, 5, 5), (8, 5, 5)), (8, 5, 5)),
        valid("{multiply: [a, b]}", ((8, 5, 5), (8, 1, 1)), (8, 5, 5)),
        valid("{multiply: [a, b]}", ((8, 1, 1), (8, 5, 5)), (8, 5, 5)),
        valid("{multiply: [a, b, c]}", ((8, 1, 1), (8, 1, 1), (8, 5, 4)), (8, 5, 4)),
        valid("{multiply: [a, b, c, d]}", ((4, 1, 1), (4, 5, 5), (4, 1, 1), (4, 5, 5)), (4, 5, 5)),
        valid("{multiply: [a, b]}", ((16,), (16,)), (16,)),
        invalid("{multiply: [a, b]}", ((8, 5, 5), (8, 5, 4)), "AR405"),
        invalid("{multiply: [a, b]}", ((8, 5, 5), (4, 1, 1)), "AR405"),
        invalid("{multiply: [a, b]}", ((8, 5, 5), (8,)), "AR405"),
        invalid("{multiply: [a, b]}", ((16,), (10,)), "AR405"),
        invalid("{multiply: [a, b]}", ((8, 5, 5), (1, 5, 5)), "AR405", stricter=True),
        invalid("{multiply: [a, b]}", ((8, 5, 5), (8, 1, 5)), "AR405", stricter=True),
        invalid("{multiply: [a, b]}", ((8, 5, 5), (1, 1, 1)), "AR405", stricter=True),
        invalid("{multiply: [a, b]}", ((8,), (8, 1, 1)), "AR405", stricter=True),
        invalid("{multiply: [a, b]}", ((16,), (1,)), "AR405", stricter=True),
    )

    def check(self, x: tuple[Shape, ...]) -> Iterator[ShapeProblem]:
        full = self.shape(x)
        if any(shape not in (full, (full[0], 1, 1)) for shape in x):
            yield UnequalShapes(None, self.name, "equal shapes, or C×1×1 with C×H×W", x)

    def shape(self, x: tuple[Shape, ...]) -> Shape:
        return max(x, key=lambda shape: (len(shape), prod(shape)))

    def saved(self, x: tuple[Shape, ...]) -> Saved:
        # The products on the way, (a·b) in a·b·c, are kept as the factors are.
        products = (self.shape(x[:count]) for count in range(2, len(x)))
        return Saved(input=True, extra_bytes=FLOAT32 * sum(map(prod, products)))

    def torch(self, x: tuple[Shape, ...]) -> Infix:
        return Infix("*")
