"""Kernels stay in the order that oneDNN computes in."""

from math import prod

from archc.graph.graph import Graph
from archc.ops.base.operator import Shape
from archc.ops.conv import Conv
from archc.ops.internal.packed_conv import PackedConv
from archc.passes.base.optimised import Optimised
from archc.passes.base.replacing import replaced
from archc.passes.base.rewriting import Pass

WORTHWHILE = 100_000
"""How many numbers there need to be of those that are not moved any more: a call of oneDNN costs
what moving fewer does. They are the kernel's, and the outputs that a ReLU would go through. For
1×1 the outputs do not count: on one thread torch multiplies matrices there, without oneDNN."""


class PackConvolutions(Pass):
    """Pack the kernels of convolutions once instead of in every call, and take in their ReLUs.

    Exact: an order in memory is no part of a value, and ReLU is applied to each number alone, as
    it is written. On CPU torch computes convolutions with oneDNN, which reorders the kernels in
    every call: the more of the time, the smaller the map that they slide over.

    Example::

        input: [256, 14, 14]
        layers:
          large: {conv: 256, kernel: 3, padding: 1}
          act: relu
          small: {conv: 8, kernel: 1}

    becomes::

        large: packed_conv 256 · kernel 3 · padding 1 · relu true
        small: conv 8 · kernel 1

    Source: https://uxlfoundation.github.io/oneDNN/dev_guide_inference.html
    """

    bundles = ("inference",)
    after = ("winograd",)

    def rewrite(self, graph: Graph) -> Optimised:
        """Return the graph with packed convolutions where they pay."""
        return replaced(self, graph, _pays, PackedConv, "packed")


def _pays(conv: Conv, x: Shape) -> bool:
    numbers = prod(conv.weights(x)["weight"])
    if prod(conv.kernel) > 1:
        numbers += prod(conv.shape(x))
    return numbers >= WORTHWHILE
