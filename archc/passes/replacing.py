"""Convolutions of another kind in the place of plain ones, with the ReLUs behind them."""

from collections.abc import Callable
from dataclasses import fields, replace

from archc.graph.graph import Graph, Node
from archc.ops.base.operator import Shape
from archc.ops.conv import Conv
from archc.ops.internal.packed_conv import PackedConv
from archc.ops.relu import Relu
from archc.passes.draft import Draft
from archc.passes.guarding import needs_plain_layout
from archc.passes.optimised import Change, Optimised, kept, unchanged


def replaced(
    graph: Graph,
    pays: Callable[[Conv, Shape], bool],
    kind: type[PackedConv],
    name: str,
    done: str,
) -> Optimised:
    """Replace plain convolutions for which it pays, each with the ReLU that alone reads it.

    They are padded with zeros, and alike on either side: only those can take its place. Those that
    need the plain layout stay: whatever is prepared may be computed channels last.

    Args:
        graph: the network.
        pays: says it of a convolution, its padding in numbers, and of the shape that it reads.
        kind: what to put in its place.
        name: of the pass.
        done: what it did to them, in a word.
    """
    draft = Draft(graph)
    relus: dict[Node, Node] = {}
    places = []
    for node in draft.graph.nodes:
        conv = _in_numbers(node)
        if conv is None or node in draft.graph.auxiliary or not pays(conv, _read(node)):
            continue
        relu = _relu(node, draft.graph)
        if relu is not None:
            relus[relu] = node
        settings = {field.name: getattr(conv, field.name) for field in fields(conv)}
        node.operator = kind(**settings, relu=relu is not None)
        places.append(f"{node.path} + {relu.path}" if relu else node.path)
    if not places:
        return unchanged(graph)
    for relu, node in relus.items():
        draft.read_instead(relu, node)
    draft.remove(relus)
    rewritten = draft.finished()
    plural = "s" * (len(places) > 1)
    what = f"{len(places)} convolution{plural} {done}, {len(relus)} with the ReLU behind"
    return Optimised(rewritten, kept(rewritten), (Change(name, what, tuple(places)),))


def _in_numbers(node: Node) -> Conv | None:
    """Return a plain convolution with its padding in numbers, if they say it."""
    conv = node.operator
    if not isinstance(conv, Conv) or conv.padding_mode != "zeros":
        return None
    if needs_plain_layout(conv, _read(node)):
        return None
    windows = conv.windows(_read(node))
    if conv.padding == "same" and any(window.size % 2 == 0 for window in windows):
        return None
    return replace(conv, padding=tuple(-window.start for window in windows))


def _read(node: Node) -> Shape:
    shape = node.reads[0].shape
    assert shape is not None
    return shape


def _relu(node: Node, graph: Graph) -> Node | None:
    """Return the ReLU that alone reads a value."""
    readers = graph.readers.get(node, [])
    shown = {*graph.outputs.values(), *(head.source for head in graph.heads)}
    if len(readers) != 1 or node in shown or not isinstance(readers[0].operator, Relu):
        return None
    return readers[0]
