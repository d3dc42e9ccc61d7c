"""Some of the channels of a value."""

from collections.abc import Iterator
from typing import Annotated

from archc.ops.base.kinds import Size, Whole
from archc.ops.base.operator import Operator, Shape, invalid, valid
from archc.ops.base.torch_code import SliceCode as Code
from archc.problems.limits import BeyondChannels, EmptyRange
from archc.problems.shapes import ShapeProblem


class Slice(Operator):
    """`slice: s` returns the first s channels: [C, H, W] → [s − `start`, H, W].

    y_c = x_(c + `start`), for the channels from `start` to s − 1, or for those features of a
    vector.

    Source: https://pytorch.org/docs/stable/tensor_view.html
    """

    stop: Size
    start: Annotated[int, Whole(0)] = 0

    principal = "stop"
    since = "0.2.0"
    examples = (
        valid("{slice: 5}", (8, 4, 4), (5, 4, 4)),
        valid("{slice: 5, start: 2}", (8, 4, 4), (3, 4, 4)),
        valid("{slice: 8}", (8, 4, 4), (8, 4, 4)),
        valid("{slice: 6, start: 5}", (16,), (1,)),
        invalid("{slice: 9}", (8, 4, 4), "AR406", stricter=True),
        invalid("{slice: 3, start: 3}", (8, 4, 4), "AR406", stricter=True),
        invalid("{slice: 0}", (8, 4, 4), "AR301", stricter=True),
        invalid("{slice: 5, start: -1}", (8, 4, 4), "AR301", stricter=True),
    )

    def check(self, x: Shape) -> Iterator[ShapeProblem]:
        if self.stop > x[0]:
            yield BeyondChannels("stop", self.stop, x[0])
        if self.start >= self.stop:
            yield EmptyRange("start", self.start, self.stop)

    def shape(self, x: Shape) -> Shape:
        return (self.stop - self.start, *x[1:])

    def torch(self, x: Shape) -> Code:
        return Code(self.start, self.stop)

    @property
    def is_view(self) -> bool:
        return True
