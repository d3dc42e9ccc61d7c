"""2-D convolution whose kernels lie in the order that oneDNN computes in."""

from archc.ops.base.operator import Shape
from archc.ops.base.torch_code import Definition, Module
from archc.ops.internal.prepared_conv import PreparedConv


class PackedConv(PreparedConv):
    """A `conv` that keeps its kernels packed.

    Everything that is counted is the convolution's.
    """

    def torch(self, x: Shape) -> Module:
        return self._layer(x, "PackedConv2d", PACKED_CONV)


_PACKED_CONV = '''
def packs_kernels():
    """Whether torch offers the two operations of oneDNN that its own compiler uses."""
    one = torch.ones(1, 1, 1, 1)
    at = ((0, 0), (1, 1), (1, 1), 1)
    try:
        packed = torch.ops.mkldnn._reorder_convolution_weight(one, *at)
        torch.ops.mkldnn._convolution_pointwise(one, packed, None, *at, "relu", [], "")
    except (AttributeError, RuntimeError):
        return False
    return True


PACKS = packs_kernels()


class PackedConv2d(PreparedConv2d):
    """A convolution, and a ReLU, with kernels in the order that oneDNN computes in.

    An ``nn.Conv2d`` reorders them in every call. The order is chosen for a shape of input, and
    kernels in that of another one are many times slower.
    """

    def takes(self, x):
        onednn = PACKS and torch.backends.mkldnn.enabled and x.dtype == torch.float32
        return onednn and super().takes(x)

    def prepared(self, weight, shape):
        at = (self.padding, self.stride, self.dilation, self.groups)
        pack = torch.ops.mkldnn._reorder_convolution_weight
        return pack(weight, *at, shape)

    def computed(self, x, kernels):
        at = (self.padding, self.stride, self.dilation, self.groups)
        last = "relu" if self.relu else "none"
        convolve = torch.ops.mkldnn._convolution_pointwise
        return convolve(x, kernels, self.bias, *at, last, [], "")
'''.strip()

PACKED_CONV = Definition(_PACKED_CONV, ("packs_kernels", "PACKS", "PackedConv2d"))
