"""Dropout."""

from math import prod

from archc.ops.base.kinds import Probability
from archc.ops.base.operator import FLOAT32, Saved, Shape, invalid, valid
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class Dropout(SameShape):
    """`dropout: p` zeroes each number with probability p in training, and scales the rest.

    y = x·m/(1 − p), m being 0 with probability p and else 1; in evaluation y = x. The shape stays.

    Source: Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html, and
    https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """

    p: Probability = 0.5

    principal = "p"
    examples = (
        valid("dropout", (8, 5, 5), (8, 5, 5)),
        valid("{dropout: 0.2}", (16,), (16,)),
        valid("{dropout: 0}", (16,), (16,)),
        valid("{dropout: 1}", (8, 5, 5), (8, 5, 5)),
        invalid("{dropout: 1.5}", (16,), "AR301"),
        invalid("{dropout: -0.5}", (16,), "AR301"),
        invalid("{dropout: half}", (16,), "AR301"),
        invalid("{dropout: true}", (16,), "AR301", stricter=True),
    )

    def saved(self, x: Shape) -> Saved:
        # m/(1 − p) is kept; of the certain cases, none of 0 and one number of 1.
        if self.p in (0, 1):
            return Saved(batch_bytes=FLOAT32 if self.p else 0)
        return Saved(extra_bytes=FLOAT32 * prod(x))

    def torch(self, x: Shape) -> Module:
        return Module("Dropout", (), self.changed(p="p"))

    @property
    def is_view(self) -> bool:
        return True
