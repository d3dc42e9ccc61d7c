"""Kernels stay in the order that oneDNN computes in."""

from math import prod

from archc.graph.graph import Graph
from archc.ops.base.operator import Shape
from archc.ops.conv import Conv
from archc.ops.internal.packed_conv import PackedConv
from archc.passes.optimised import Optimised
from archc.passes.replacing import replaced

WORTHWHILE = 100_000
"""How many numbers there need to be of those that are not moved any more: a call of oneDNN costs
what moving fewer does. They are the kernel's, and the outputs that a ReLU would go through. For
1×1 the outputs do not count: on one thread torch multiplies matrices there, without oneDNN."""


def pack_convolutions(graph: Graph) -> Optimised:
    """Pack the kernels of convolutions once instead of in every call, and take in their ReLUs.

    Exact: an order in memory is no part of a value, and ReLU is applied to each number alone, as
    it is written. On CPU torch computes convolutions with oneDNN, which reorders the kernels in
    every call: the more of the time, the smaller the map that they slide over.

    Source: https://uxlfoundation.github.io/oneDNN/dev_guide_inference.html
    """
    return replaced(graph, _pays, PackedConv, "pack_convolutions", "packed")


def _pays(conv: Conv, x: Shape) -> bool:
    numbers = prod(conv.weights(x)["weight"])
    if prod(conv.kernel) > 1:
        numbers += prod(conv.shape(x))
    return numbers >= WORTHWHILE
