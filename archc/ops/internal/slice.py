"""Some of the channels of a value."""

from typing import Annotated

from archc.ops.base.kinds import Size, Whole
from archc.ops.base.operator import Operator, Shape, valid
from archc.ops.base.torch_code import SliceCode as Code


class Slice(Operator):
    """The channels from `start` to `stop` − 1: [C, H, W] → [`stop` − `start`, H, W].

    A pass that computes several values in one takes them apart with it.
    """

    start: Annotated[int, Whole(0)]
    stop: Size

    examples = (valid("{slice: , start: 2, stop: 5}", (8, 4, 4), (3, 4, 4)),)

    def shape(self, x: Shape) -> Shape:
        return (self.stop - self.start, *x[1:])

    def torch(self, x: Shape) -> Code:
        return Code(self.start, self.stop)

    @property
    def is_view(self) -> bool:
        return True
