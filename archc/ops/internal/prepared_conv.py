"""2-D convolution that keeps its kernels in another form, in which they are quicker to use."""

from archc.ops.base.kinds import Flag
from archc.ops.base.operator import Saved, Shape
from archc.ops.base.torch_code import Definition, Module
from archc.ops.conv import Conv


class PreparedConv(Conv):
    """A `conv` with prepared kernels, and with the ReLU behind it where `relu` is set."""

    relu: Flag = False

    def saved(self, x: Shape) -> Saved:
        return super().saved(x)._replace(output=self.relu)

    def _layer(self, x: Shape, name: str, *definitions: Definition) -> Module:
        """Return the layer as a class of its own, which begins as all of these do."""
        conv = super().torch(x)
        settings = {**conv.kwargs, **self.changed(relu="relu")}
        return Module(name, conv.args, settings, definitions=(_DEFINITION, *definitions))


_PREPARED_CONV = '''
SAMPLES = 250


class PreparedConv2d(nn.Conv2d):
    """An ``nn.Conv2d``, and a ReLU, whose kernels are kept in another form as well.

    They are prepared in the first call without gradients, on CPU, and again when they have
    changed or are needed in another form. Everywhere else, and in what torch.compile sees,
    this is the convolution and the ReLU.

    A change through ``weight.data`` leaves no trace in torch's count of changes. So kernels are
    prepared again as well after anyone asked this layer for `weight`, and where one of `SAMPLES`
    numbers spread over them is another.
    """

    def __init__(self, *channels, relu=False, **settings):
        super().__init__(*channels, **settings)
        self.relu = relu
        self._prepared = self._prepared_from = self._sample = None

    def __getattr__(self, name):
        if name == "weight":
            self.__dict__["_prepared_from"] = None  # whoever asks for it may change it
        return super().__getattr__(name)

    def forward(self, x):
        if self.is_settled() and self.takes(x):
            return self.computed(x, self.kept(self.prepared, x.shape))
        out = super().forward(x)
        return out.relu_() if self.relu else out

    def takes(self, x):
        """Whether a map can be computed from prepared kernels."""
        weight = self._parameters["weight"]
        same = x.dtype == weight.dtype and x.is_cpu and weight.is_cpu
        fits = x.dim() == 4 and x.shape[1] == self.in_channels
        return same and fits and x.numel() > 0

    def is_settled(self):
        """Whether this is a plain call, and a change of the kernels can be told."""
        looked_at = torch.compiler.is_compiling() or torch.jit.is_tracing()
        switched = torch.is_grad_enabled() or torch.is_autocast_enabled("cpu")
        return not (looked_at or switched or self._parameters["weight"].is_inference())

    def kept(self, prepare, *of):
        """Return the kernels as a method prepares them of what it is given."""
        weight = self._parameters["weight"]
        state = (prepare.__name__, of, weight.data_ptr(), weight._version)
        sample = self.sampled(weight.detach())
        if self._prepared_from != state or not torch.equal(self._sample, sample):
            self._prepared, self._sample = prepare(weight.detach(), *of), sample.clone()
            self._prepared_from = state
        return self._prepared

    def sampled(self, weight):
        """Return numbers spread over the kernels, few enough that looking at them costs little."""
        layouts = (torch.contiguous_format, torch.channels_last)
        if not any(weight.is_contiguous(memory_format=layout) for layout in layouts):
            return weight
        step = weight.numel() // SAMPLES | 1
        return weight.as_strided((-(-weight.numel() // step),), (step,))

    def __getstate__(self):
        state = super().__getstate__()
        return {**state, "_prepared": None, "_prepared_from": None, "_sample": None}

    def extra_repr(self):
        return super().extra_repr() + ", relu=True" * self.relu
'''.strip()

_DEFINITION = Definition(_PREPARED_CONV, ("PreparedConv2d",))
