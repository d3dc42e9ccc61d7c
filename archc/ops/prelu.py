"""Leaky rectifier with a learned slope."""

from archc.ops.base.kinds import Flag, Number
from archc.ops.base.operator import Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Prelu(SameShape):
    """`prelu: a` returns max(0, x) + a·min(0, x), where a is learned from that value on.

    The shape stays. Weights: one a, or one for each channel where `per_channel`.

    Source: He et al. 2015, https://arxiv.org/abs/1502.01852, and
    https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
    """

    slope: Number = 0.25
    per_channel: Flag = False

    principal = "slope"
    symbol = "PReLU"
    follows = "activation"
    examples = (
        valid("prelu", (8, 5, 5), (8, 5, 5)),
        valid("{prelu: 0.1}", (16,), (16,)),
        valid("{prelu: , per_channel: true}", (8, 5, 5), (8, 5, 5)),
        valid("{prelu: 0, per_channel: true}", (16,), (16,)),
        invalid("{prelu: steep}", (8, 5, 5), "AR301"),
        invalid("{prelu: [0.1, 0.2]}", (8, 5, 5), "AR301"),
        invalid("{prelu: true}", (8, 5, 5), "AR301", stricter=True),
        invalid("{prelu: , per_channel: 1}", (8, 5, 5), "AR301", stricter=True),
    )

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {"weight": (x[0] if self.per_channel else 1,)}

    def saved(self, x: Shape) -> Saved:
        return Saved(input=True)

    def torch(self, x: Shape) -> Module:
        per_channel = {"num_parameters": x[0]} if self.per_channel else {}
        return Module("PReLU", (), {**per_channel, **self.changed(init="slope")})
