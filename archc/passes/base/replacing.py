"""Convolutions of another kind in the place of plain ones, with the ReLUs behind them."""

from collections.abc import Callable
from dataclasses import fields, replace

from archc.graph.graph import Graph, Node
from archc.ops.base.operator import Shape
from archc.ops.conv import Conv
from archc.ops.internal.packed_conv import PackedConv
from archc.ops.relu import Relu
from archc.passes.base.draft import Draft
from archc.passes.base.guarding import needs_plain_layout
from archc.passes.base.optimised import Optimised, unchanged
from archc.passes.base.rewriting import Pass


def replaced(
    by: Pass,
    graph: Graph,
    pays: Callable[[Conv, Shape], bool],
    kind: type[PackedConv],
    done: str,
) -> Optimised:
    """Replace plain convolutions for which it pays, each with the ReLU that alone reads it.

    They are padded with zeros, and alike on either side: only those can be replaced. Those that
    need the plain layout stay: whatever is prepared may be computed channels last.

    Args:
        by: the pass that does it.
        graph: the network.
        pays: whether it pays for a convolution, its padding in numbers, and its input's shape.
        kind: the convolutions to replace them with.
        done: what was done to them, in a word.
    """
    chosen = {
        node: conv
        for node in graph.evaluated
        if (conv := _in_numbers(node)) is not None and pays(conv, node.reads[0].shape)
    }
    if not chosen:
        return unchanged(graph)
    relus = {node: relu for node in chosen if (relu := relu_behind(node, graph)) is not None}
    draft = Draft(graph)
    for node, conv in chosen.items():
        settings = {field.name: getattr(conv, field.name) for field in fields(conv)}
        draft[node].built = kind(**settings, relu=node in relus)
    draft.drop(relus.values())
    plural = "s" * (len(chosen) > 1)
    what = f"{len(chosen)} convolution{plural} {done}, {len(relus)} with the ReLU behind"
    places = [f"{n.path} + {relus[n].path}" if n in relus else n.path for n in chosen]
    return by.changed(draft, what, places)


def _in_numbers(node: Node) -> Conv | None:
    """Return a plain convolution with its padding in numbers, if they say it."""
    conv = node.operator
    if not isinstance(conv, Conv) or conv.padding_mode != "zeros":
        return None
    if needs_plain_layout(conv, node.reads[0].shape):
        return None
    windows = conv.windows(node.reads[0].shape)
    if conv.padding == "same" and any(window.size % 2 == 0 for window in windows):
        return None
    return replace(conv, padding=tuple(-window.start for window in windows))


def relu_behind(node: Node, graph: Graph) -> Node | None:
    """Return the ReLU that alone reads a value."""
    reader = graph.sole_reader(node)
    return reader if reader and isinstance(reader.operator, Relu) else None
