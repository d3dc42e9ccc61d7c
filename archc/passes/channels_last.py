"""Maps lie in memory with their channels innermost."""

from archc.graph.graph import Graph, Node
from archc.ops.base.convolution import Convolution
from archc.passes.base.draft import Draft
from archc.passes.base.guarding import guarded, needs_plain_layout
from archc.passes.base.optimised import Optimised, unchanged
from archc.passes.base.rewriting import Pass


class ChannelsLast(Pass):
    """Keep maps and kernels in memory as N×H×W×C; shapes and keys stay as they are.

    Exact: the layout of a tensor is no part of its value. The convolutions that torch uses on
    CPU and on tensor cores work in this layout, and need not reorder their inputs and outputs.
    Layers that torch gets wrong in it are kept in the plain layout.

    Example::

        input: [3, 8, 8]
        layers:
          conv: {conv: 4, kernel: 3}
          norm: {group_norm: 2}

    becomes::

        input: channels last
        conv: conv 4 · kernel 3
        norm: plain_group_norm 2

    Source: https://pytorch.org/tutorials/intermediate/memory_format_tutorial.html
    """

    bundles = ("inference", "pt2")
    after = ("merge_siblings",)

    def rewrite(self, graph: Graph) -> Optimised:
        """Return the graph, laid out channels last if that gains anything."""
        is_map = len(graph.input.shape) == 3
        if graph.channels_last or not is_map or not any(map(_gains, graph.nodes)):
            return unchanged(graph)
        draft = Draft(graph)
        draft.graph.channels_last = True
        laid_out = self.changed(draft, "maps and kernels are laid out channels last")
        return laid_out.then(guarded(self, laid_out.graph))


def _gains(node: Node) -> bool:
    conv = node.operator
    return isinstance(conv, Convolution) and not needs_plain_layout(conv, node.reads[0].shape)
