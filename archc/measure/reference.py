"""Every operator written down a second time: the layer of torch.nn that its settings mean.

`Operator.torch` is what the emitter writes. Here nothing of it is used, nor anything else of the
emitter: each function bears its operator's name and builds the layer from the operator's fields,
all settings given, for the shape that is read. Of an operator that is no layer,
it computes the result.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from archc.ops.base.operator import Operator, Shape


def layer(operator: Operator, x: Shape) -> nn.Module:
    """Return the layer that an operator is, for inputs of shape `x` without the batch."""
    built: nn.Module = globals()[operator.name](operator, x)
    return built


def joined(operator: Operator, values: Sequence[Tensor]) -> Tensor:
    """Return what an operator without a layer makes of the values that it reads."""
    result: Tensor = globals()[operator.name](operator, values)
    return result


def has_layer(operator: Operator) -> bool:
    """Whether an operator is a layer, and no expression in `forward`."""
    return not (operator.joins or operator.name == "slice")


def add(o: Any, values: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(values)).sum(dim=0)


def multiply(o: Any, values: Sequence[Tensor]) -> Tensor:
    return prod(values[1:], start=values[0])


def concat(o: Any, values: Sequence[Tensor]) -> Tensor:
    return torch.cat(list(values), dim=1)


def slice(o: Any, values: Sequence[Tensor]) -> Tensor:
    return values[0].narrow(1, o.start, o.stop - o.start)


def conv(o: Any, x: Shape) -> nn.Module:
    window = (o.kernel, o.stride, o.padding, o.dilation)
    return nn.Conv2d(x[0], o.channels, *window, o.groups, o.bias, o.padding_mode)


def conv_transpose(o: Any, x: Shape) -> nn.Module:
    window = (o.kernel, o.stride, o.padding, o.output_padding)
    return nn.ConvTranspose2d(x[0], o.channels, *window, o.groups, o.bias, o.dilation)


def linear(o: Any, x: Shape) -> nn.Module:
    return nn.Linear(x[0], o.features, o.bias)


def max_pool(o: Any, x: Shape) -> nn.Module:
    return nn.MaxPool2d(o.kernel, o.stride, o.padding, o.dilation, ceil_mode=o.ceil_mode)


def avg_pool(o: Any, x: Shape) -> nn.Module:
    window = (o.kernel, o.stride, o.padding, o.ceil_mode)
    return nn.AvgPool2d(*window, o.count_include_pad, o.divisor_override)


def adaptive_avg_pool(o: Any, x: Shape) -> nn.Module:
    return nn.AdaptiveAvgPool2d(o.size)


def adaptive_max_pool(o: Any, x: Shape) -> nn.Module:
    return nn.AdaptiveMaxPool2d(o.size)


def upsample(o: Any, x: Shape) -> nn.Module:
    # Of the modes without corners torch rejects even False.
    return nn.Upsample(o.size, o.scale, o.mode, o.align_corners or None)


def batch_norm(o: Any, x: Shape) -> nn.Module:
    kind = nn.BatchNorm1d if len(x) == 1 else nn.BatchNorm2d
    return kind(x[0], o.eps, o.momentum, o.affine, o.track_running_stats)


def group_norm(o: Any, x: Shape) -> nn.Module:
    return nn.GroupNorm(o.groups, x[0], o.eps, o.affine)


def layer_norm(o: Any, x: Shape) -> nn.Module:
    return nn.LayerNorm(list(x[-(o.axes or len(x)) :]), o.eps, o.affine, o.bias)


def local_response_norm(o: Any, x: Shape) -> nn.Module:
    return nn.LocalResponseNorm(o.size, o.alpha, o.beta, o.k)


def dropout(o: Any, x: Shape) -> nn.Module:
    return nn.Dropout2d(o.p) if o.by_channel else nn.Dropout(o.p)


def relu(o: Any, x: Shape) -> nn.Module:
    return nn.ReLU()


def relu6(o: Any, x: Shape) -> nn.Module:
    return nn.ReLU6()


def leaky_relu(o: Any, x: Shape) -> nn.Module:
    return nn.LeakyReLU(o.negative_slope)


def prelu(o: Any, x: Shape) -> nn.Module:
    return nn.PReLU(x[0] if o.per_channel else 1, o.slope)


def gelu(o: Any, x: Shape) -> nn.Module:
    return nn.GELU(o.approximate)


def silu(o: Any, x: Shape) -> nn.Module:
    return nn.SiLU()


def sigmoid(o: Any, x: Shape) -> nn.Module:
    return nn.Sigmoid()


def tanh(o: Any, x: Shape) -> nn.Module:
    return nn.Tanh()


def hardswish(o: Any, x: Shape) -> nn.Module:
    return nn.Hardswish()


def hardsigmoid(o: Any, x: Shape) -> nn.Module:
    return nn.Hardsigmoid()


def softmax(o: Any, x: Shape) -> nn.Module:
    return nn.Softmax(dim=1)


def flatten(o: Any, x: Shape) -> nn.Module:
    return nn.Flatten()


def identity(o: Any, x: Shape) -> nn.Module:
    return nn.Identity()


def mish(o: Any, x: Shape) -> nn.Module:
    return nn.Mish()


def selu(o: Any, x: Shape) -> nn.Module:
    return nn.SELU()


def elu(o: Any, x: Shape) -> nn.Module:
    return nn.ELU(o.alpha)


def celu(o: Any, x: Shape) -> nn.Module:
    return nn.CELU(o.alpha)


def softplus(o: Any, x: Shape) -> nn.Module:
    return nn.Softplus(o.beta, o.threshold)


def hardtanh(o: Any, x: Shape) -> nn.Module:
    return nn.Hardtanh(o.min, o.max)


def log_softmax(o: Any, x: Shape) -> nn.Module:
    return nn.LogSoftmax(dim=1)


def channel_shuffle(o: Any, x: Shape) -> nn.Module:
    return nn.ChannelShuffle(o.groups)


def stochastic_depth(o: Any, x: Shape) -> nn.Module:
    return StochasticDepth(o.p, o.mode)


class StochasticDepth(nn.Module):
    """What torch.nn has no layer for; compared in evaluation, since what it draws cannot be."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        """Return the samples."""
        return x
