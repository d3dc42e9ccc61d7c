"""Nothing."""

from archc.ops.base.operator import Shape, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Identity(SameShape):
    """`identity` returns its input, y = x; the shape stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Identity.html
    """

    examples = (
        valid("identity", (8, 5, 5), (8, 5, 5)),
        valid("identity", (16,), (16,)),
    )

    def torch(self, x: Shape) -> Module:
        return Module("Identity")

    @property
    def is_view(self) -> bool:
        return True
