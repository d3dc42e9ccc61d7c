"""2-D convolution that computes in the plain layout."""

from archc.ops.base.operator import Shape
from archc.ops.base.torch_code import Definition, Module
from archc.ops.conv import Conv


class PlainConv(Conv):
    """A `conv` whose maps and kernels lie in memory as N×C×H×W, whatever the network's layout.

    `archc.passes.base.guarding` says which convolutions torch gets wrong in the other layout.
    """

    def torch(self, x: Shape) -> Module:
        conv = super().torch(x)
        return Module("PlainConv2d", conv.args, conv.kwargs, definitions=(PLAIN, _DEFINITION))


_PLAIN = '''
def plain(x):
    """Return a tensor as N×C×H×W in memory.

    It is copied even where torch calls it contiguous: it looks at the strides of no axis of
    length 1, by which its convolutions then choose the layout.
    """
    return x.clone(memory_format=torch.contiguous_format)
'''.strip()

PLAIN = Definition(_PLAIN, ("plain",))

_PLAIN_CONV = '''
class PlainConv2d(nn.Conv2d):
    """An ``nn.Conv2d`` in the plain layout: channels last, torch computes it wrongly or crashes."""

    def forward(self, x):
        return self._conv_forward(plain(x), plain(self.weight), self.bias)
'''.strip()

_DEFINITION = Definition(_PLAIN_CONV, ("PlainConv2d",))
