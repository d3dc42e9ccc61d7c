"""Maps are laid out with their channels innermost."""

from archc.graph.graph import Graph, Node
from archc.ops.base.convolution import Convolution
from archc.passes.draft import Draft
from archc.passes.guarding import guarded, needs_plain_layout
from archc.passes.optimised import Change, Optimised, kept, unchanged


def channels_last(graph: Graph) -> Optimised:
    """Keep maps and kernels in memory as N×H×W×C; shapes and keys stay as they are.

    Exact: the layout of a tensor is no part of its value. The convolutions that torch uses on
    CPU and on tensor cores work in this layout, and need not reorder what they read and give.
    Layers that torch gets wrong in it are kept in the plain layout.

    Source: https://pytorch.org/tutorials/intermediate/memory_format_tutorial.html
    """
    reads_a_map = len(graph.input.shape or ()) == 3
    convolves = any(_gains(node) for node in graph.nodes)
    if graph.channels_last or not reads_a_map or not convolves:
        return unchanged(graph)
    rewritten = Draft(graph).finished()
    rewritten.channels_last = True
    change = Change("channels_last", "maps and kernels are laid out channels last")
    laid_out = Optimised(rewritten, kept(rewritten), (change,))
    return laid_out.then(guarded(rewritten, "channels_last"))


def _gains(node: Node) -> bool:
    conv = node.operator
    return isinstance(conv, Convolution) and not needs_plain_layout(conv, node.reads[0].shape or ())
