"""Kernels stay in the order that oneDNN computes in."""

from dataclasses import fields
from math import prod

from archc.graph.graph import Graph, Node
from archc.ops.base.operator import Operator
from archc.ops.conv import Conv
from archc.ops.internal.packed_conv import PackedConv
from archc.ops.relu import Relu
from archc.passes.draft import Draft
from archc.passes.optimised import Change, Optimised, kept, unchanged

WORTHWHILE = 100_000
"""How many numbers a kernel needs at least: a call of oneDNN costs what packing fewer saves."""


def pack_convolutions(graph: Graph) -> Optimised:
    """Pack the kernels of convolutions once instead of in every call, and take in their ReLUs.

    Exact: an order in memory is no part of a value, and ReLU is applied to each number alone, as
    it is written. On CPU torch computes convolutions with oneDNN, which reorders the kernels in
    every call: the more of the time, the smaller the map that they slide over.

    Source: https://uxlfoundation.github.io/oneDNN/dev_guide_inference.html
    """
    found = {node.path for node in graph.nodes if _packs(node, graph)}
    if not found:
        return unchanged(graph)
    draft = Draft(graph)
    relus: dict[Node, Node] = {}
    places = []
    for node in draft.graph.nodes:
        if node.path not in found:
            continue
        relu = _relu(node, draft.graph)
        if relu is not None:
            relus[relu] = node
        node.operator = _packed(node.operator, relu is not None)
        places.append(f"{node.path} + {relu.path}" if relu else node.path)
    for relu, node in relus.items():
        draft.read_instead(relu, node)
    draft.remove(relus)
    rewritten = draft.finished()
    plural = "s" * (len(found) > 1)
    what = f"{len(found)} convolution{plural} packed, {len(relus)} with the ReLU behind"
    change = Change("pack_convolutions", what, tuple(places))
    return Optimised(rewritten, kept(rewritten), (change,))


def _packs(node: Node, graph: Graph) -> bool:
    """Whether packing pays, and oneDNN pads as the convolution does: alike on either side."""
    conv, x = node.operator, node.operand
    if type(conv) is not Conv or node in graph.auxiliary or not isinstance(x[0], int):
        return False
    pads = conv.padding_mode == "zeros" and isinstance(conv.padding, tuple)
    return pads and prod((x[0] // conv.groups, conv.channels, *conv.kernel)) >= WORTHWHILE


def _relu(node: Node, graph: Graph) -> Node | None:
    """Return the ReLU that alone reads a value."""
    readers = graph.readers.get(node, [])
    shown = {*graph.outputs.values(), *(head.source for head in graph.heads)}
    if len(readers) != 1 or node in shown or not isinstance(readers[0].operator, Relu):
        return None
    return readers[0]


def _packed(conv: Operator | None, relu: bool) -> PackedConv:
    assert isinstance(conv, Conv)
    settings = {field.name: getattr(conv, field.name) for field in fields(conv)}
    return PackedConv(**settings, relu=relu)
