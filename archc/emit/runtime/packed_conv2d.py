"""2-D convolution whose kernels are in the order that oneDNN computes in."""

import torch

from archc.emit.runtime.prepared_conv2d import PreparedConv2d


def packs_kernels() -> bool:
    """Whether torch offers the two operations of oneDNN that its own compiler uses."""
    one = torch.ones(1, 1, 1, 1)
    settings = ((0, 0), (1, 1), (1, 1), 1)
    try:
        packed = torch.ops.mkldnn._reorder_convolution_weight(one, *settings)
        convolve = torch.ops.mkldnn._convolution_pointwise
        convolve(one, packed, None, *settings, "relu", [], "")
    except (AttributeError, RuntimeError):
        return False
    return True


PACKS = packs_kernels()


class PackedConv2d(PreparedConv2d):
    """A convolution, and a ReLU, with kernels in the order that oneDNN computes in.

    An ``nn.Conv2d`` reorders them in every call. The order is chosen for a shape of
    input; kernels in the order for another shape are many times slower.
    """

    def takes(self, x: torch.Tensor) -> bool:
        """Whether oneDNN can compute a map from packed kernels."""
        if not PACKS or not torch.backends.mkldnn.enabled:
            return False
        return x.dtype == torch.float32 and super().takes(x)

    def prepared(self, weight: torch.Tensor, shape: torch.Size) -> torch.Tensor:
        """Return the kernels in the order for inputs of a shape."""
        settings = (self.padding, self.stride, self.dilation, self.groups)
        pack = torch.ops.mkldnn._reorder_convolution_weight
        packed: torch.Tensor = pack(weight, *settings, shape)
        return packed

    def computed(self, x: torch.Tensor, kernels: torch.Tensor) -> torch.Tensor:
        """Return the convolution of a map with packed kernels, and its ReLU."""
        settings = (self.padding, self.stride, self.dilation, self.groups)
        last = "relu" if self.relu else "none"
        convolve = torch.ops.mkldnn._convolution_pointwise
        out: torch.Tensor = convolve(x, kernels, self.bias, *settings, last, [], "")
        return out
