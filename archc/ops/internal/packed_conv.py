"""2-D convolution whose kernels lie in the order that oneDNN computes in."""

from archc.ops.base.kinds import Flag
from archc.ops.base.operator import Saved, Shape
from archc.ops.base.torch_code import Module
from archc.ops.conv import Conv


class PackedConv(Conv):
    """A `conv` that keeps its kernels packed, with the ReLU behind it where `relu` is set.

    Everything that is counted is the convolution's.
    """

    relu: Flag = False

    def saved(self, x: Shape) -> Saved:
        return super().saved(x)._replace(output=self.relu)

    def torch(self, x: Shape) -> Module:
        conv = super().torch(x)
        settings = {**conv.kwargs, **self.changed(relu="relu")}
        return Module("PackedConv2d", conv.args, settings, source=_SOURCE)


_SOURCE = '''
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


class PackedConv2d(nn.Conv2d):
    """An ``nn.Conv2d``, and a ReLU, with kernels in the order that oneDNN computes in.

    An ``nn.Conv2d`` reorders them in every call. Here they are packed in the first call
    without gradients, on CPU in float32, and again when they have changed. Everywhere
    else, and in what torch.compile and torch.export see, this is the convolution and
    the ReLU.
    """

    def __init__(self, *channels, relu=False, **settings):
        super().__init__(*channels, **settings)
        self.relu = relu
        self._packed = self._packed_from = None

    def forward(self, x):
        packed = self._pack(x)
        if packed is None:
            out = super().forward(x)
            return out.relu_() if self.relu else out
        at = (self.padding, self.stride, self.dilation, self.groups)
        last = "relu" if self.relu else "none"
        convolve = torch.ops.mkldnn._convolution_pointwise
        return convolve(x, packed, self.bias, *at, last, [], "")

    def _pack(self, x):
        weight = self.weight
        if (
            not PACKS
            or not torch.backends.mkldnn.enabled
            or torch.compiler.is_compiling()
            or torch.jit.is_tracing()
            or torch.is_grad_enabled()
            or not (x.is_cpu and weight.is_cpu)
            or not (x.dtype == weight.dtype == torch.float32)
            or weight.is_inference()  # nothing tells when they change
            or x.dim() != 4
            or x.numel() == 0
        ):
            return None
        state = (weight.data_ptr(), weight._version)
        if self._packed_from != state:
            at = (self.padding, self.stride, self.dilation, self.groups)
            pack = torch.ops.mkldnn._reorder_convolution_weight
            self._packed = pack(weight.detach(), *at, x.shape)
            self._packed_from = state
        return self._packed

    def __getstate__(self):
        return {**super().__getstate__(), "_packed": None, "_packed_from": None}

    def extra_repr(self):
        return super().extra_repr() + ", relu=True" * self.relu
'''.strip()
