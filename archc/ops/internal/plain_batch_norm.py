"""Batch normalisation by the batch's own statistics that computes in the plain layout."""

from archc.ops.base.operator import Shape
from archc.ops.base.torch_code import Definition, Module
from archc.ops.batch_norm import BatchNorm
from archc.ops.internal.plain_conv import PLAIN


class PlainBatchNorm(BatchNorm):
    """A `batch_norm` of a map that lies in memory as N×C×H×W, whatever the network's layout.

    For one without running statistics, whose mean and variance torch sums less precisely in the
    other layout: of values around 100 with a variance of 1, to 3e-5 and not to 2e-6.
    """

    def torch(self, x: Shape) -> Module:
        norm = super().torch(x)
        definitions = (PLAIN, _DEFINITION)
        return Module("PlainBatchNorm2d", norm.args, norm.kwargs, definitions=definitions)


_PLAIN_BATCH_NORM = '''
class PlainBatchNorm2d(nn.BatchNorm2d):
    """An ``nn.BatchNorm2d`` in the plain layout, in which torch sums a batch more precisely."""

    def forward(self, x):
        return super().forward(plain(x))
'''.strip()

_DEFINITION = Definition(_PLAIN_BATCH_NORM, ("PlainBatchNorm2d",))
