"""Layers that torch gets wrong channels last compute in the plain layout."""

from dataclasses import fields
from typing import Any

from archc.graph.graph import Graph, Node
from archc.ops.base.convolution import Convolution
from archc.ops.base.operator import Operator, Shape
from archc.ops.batch_norm import BatchNorm
from archc.ops.conv import Conv
from archc.ops.group_norm import GroupNorm
from archc.ops.internal.plain_batch_norm import PlainBatchNorm
from archc.ops.internal.plain_conv import PlainConv
from archc.ops.internal.plain_group_norm import PlainGroupNorm
from archc.passes.base.draft import Draft
from archc.passes.base.optimised import Optimised, unchanged
from archc.passes.base.rewriting import Pass


def guarded(by: Pass, graph: Graph) -> Optimised:
    """Return a graph some of whose maps lie channels last, with the layers that must not read them.

    Args:
        by: the pass that lays maps out so.
        graph: the network.
    """
    plain = {node: layer for node in graph.evaluated if (layer := _plain(node)) is not None}
    if not plain:
        return unchanged(graph)
    draft = Draft(graph)
    for node, layer in plain.items():
        draft[node].built = layer
    what = f"{len(plain)} layer{'s' * (len(plain) > 1)} kept in the plain layout"
    return by.changed(draft, what, [node.path for node in plain])


def needs_plain_layout(conv: Convolution, x: Shape) -> bool:
    """Whether torch's convolution of a map that lies channels last can be wrong, or crash.

    Both faults are oneDNN's, in the kernels that it has for this layout alone (`brg_conv_fwd`):

    - Of one channel it copies the map so that a row of the kernel is read at once, and with
      AVX-512 gave numbers up to 1e19 where the stride is [1, s > 1] and the output one wide.
    - Where outputs read nothing but padding it calls a kernel that it has not made, and crashes.
      Source: https://github.com/uxlfoundation/oneDNN/issues/5942
    """
    return x[0] == 1 or _reads_padding_alone(conv, x)


def _reads_padding_alone(conv: Convolution, x: Shape) -> bool:
    if conv.padding_mode != "zeros":
        return False
    axes = zip(conv.windows(x), x[1:], conv.shape(x)[1:], strict=True)
    return any(
        not any(0 <= tap < size for tap in window.taps(output))
        for window, size, outputs in axes
        for output in range(outputs)
    )


def _plain(node: Node) -> Operator | None:
    """Return a layer as the one in the plain layout, or None where it can stay."""
    x: Any = node.operand
    operator = node.operator
    if type(operator) is Conv and needs_plain_layout(operator, x):
        return _as(PlainConv, operator)
    if type(operator) is GroupNorm and len(x) == 3:
        return _as(PlainGroupNorm, operator)
    if type(operator) is BatchNorm and len(x) == 3 and not operator.track_running_stats:
        return _as(PlainBatchNorm, operator)
    return None


def _as(kind: type[Operator], operator: Any) -> Operator:
    return kind(**{field.name: getattr(operator, field.name) for field in fields(operator)})
