"""2-D convolution that keeps its kernels in a form that is quicker to use."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

SAMPLES = 250


class PreparedConv2d(nn.Conv2d):
    """An ``nn.Conv2d``, and a ReLU, that also keeps its kernels in another form.

    The kernels are prepared in the first call without gradients, on CPU, and again when
    they have changed or are needed in another form. Everywhere else, and in what
    torch.compile sees, this is the convolution and the ReLU.

    A change through ``weight.data`` leaves no trace in torch's count of changes. So the
    kernels are also prepared again after any access to `weight` of this layer, and
    where one of `SAMPLES` numbers spread over them has changed.
    """

    padding: tuple[int, int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        relu: bool = False,
        **settings: Any,
    ) -> None:
        super().__init__(in_channels, out_channels, **settings)
        self.relu = relu
        self._prepared: Any = None
        self._prepared_from: tuple[Any, ...] | None = None
        self._sample: torch.Tensor | None = None

    def __getattr__(self, name: str) -> Any:
        if name == "weight":
            self.__dict__["_prepared_from"] = None  # the caller may change it
        return super().__getattr__(name)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the convolution of a map, and its ReLU."""
        if self.is_settled() and self.takes(x):
            return self.computed(x, self.kept(self.prepared, x.shape))
        out = super().forward(x)
        return out.relu_() if self.relu else out

    def prepared(self, weight: torch.Tensor, shape: torch.Size) -> torch.Tensor:
        """Return the kernels in the form for inputs of a shape."""
        raise NotImplementedError

    def computed(self, x: torch.Tensor, kernels: torch.Tensor) -> torch.Tensor:
        """Return the convolution of a map with prepared kernels, and its ReLU."""
        raise NotImplementedError

    def takes(self, x: torch.Tensor) -> bool:
        """Whether a map can be computed from prepared kernels."""
        weight = self.own_weight()
        same = x.dtype == weight.dtype and x.is_cpu and weight.is_cpu
        fits = x.dim() == 4 and x.shape[1] == self.in_channels
        return same and fits and x.numel() > 0

    def is_settled(self) -> bool:
        """Whether this is a plain call in which a change of the kernels is noticed."""
        looked_at = torch.compiler.is_compiling() or torch.jit.is_tracing()
        switched = torch.is_grad_enabled() or torch.is_autocast_enabled("cpu")
        return not (looked_at or switched or self.own_weight().is_inference())

    def kept(self, prepare: Callable[..., Any], *shape: torch.Size) -> Any:
        """Return what a method makes of the kernels, made again where they changed."""
        weight = self.own_weight()
        state = (prepare.__name__, shape, weight.data_ptr(), weight._version)
        sample = self.sampled(weight.detach())
        known = self._sample
        if (
            self._prepared_from != state
            or known is None
            or not torch.equal(known, sample)
        ):
            self._prepared = prepare(weight.detach(), *shape)
            self._sample = sample.clone()
            self._prepared_from = state
        return self._prepared

    def own_weight(self) -> torch.Tensor:
        """Return `weight`; unlike an access from outside, this forgets nothing."""
        weight = self._parameters["weight"]
        assert weight is not None
        return weight

    def sampled(self, weight: torch.Tensor) -> torch.Tensor:
        """Return numbers spread over the kernels, few enough to compare cheaply."""
        layouts = (torch.contiguous_format, torch.channels_last)
        if not any(weight.is_contiguous(memory_format=layout) for layout in layouts):
            return weight
        step = weight.numel() // SAMPLES | 1
        return weight.as_strided((-(-weight.numel() // step),), (step,))

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return {**state, "_prepared": None, "_prepared_from": None, "_sample": None}

    def extra_repr(self) -> str:
        """Return the settings of the layer."""
        return f"{super().extra_repr()}{', relu=True' * self.relu}"
