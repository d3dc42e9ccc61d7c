"""Maps are laid out with their channels innermost."""

from archc.graph.graph import Graph
from archc.ops.conv import Conv
from archc.passes.draft import Draft
from archc.passes.optimised import Change, Optimised, kept, unchanged


def channels_last(graph: Graph) -> Optimised:
    """Keep maps and kernels in memory as N×H×W×C; shapes and keys stay as they are.

    Exact: the layout of a tensor is no part of its value. The convolutions that torch uses on
    CPU and on tensor cores work in this layout, and need not reorder what they read and give.

    Source: https://pytorch.org/tutorials/intermediate/memory_format_tutorial.html
    """
    reads_a_map = len(graph.input.shape or ()) == 3
    convolves = any(isinstance(node.operator, Conv) for node in graph.nodes)
    if graph.channels_last or not reads_a_map or not convolves:
        return unchanged(graph)
    rewritten = Draft(graph).finished()
    rewritten.channels_last = True
    change = Change("channels_last", "maps and kernels are laid out channels last")
    return Optimised(rewritten, kept(rewritten), (change,))
