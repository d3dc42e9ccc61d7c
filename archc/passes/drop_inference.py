"""Layers that evaluation does not need are taken out."""

from archc.graph.graph import Graph, Node
from archc.ops.adaptive_avg_pool import AdaptiveAvgPool
from archc.ops.adaptive_max_pool import AdaptiveMaxPool
from archc.ops.dropout import Dropout
from archc.ops.identity import Identity
from archc.ops.slice import Slice
from archc.ops.stochastic_depth import StochasticDepth
from archc.passes.base.draft import Draft
from archc.passes.base.optimised import Optimised, unchanged
from archc.passes.base.rewriting import Pass


class DropInference(Pass):
    """Drop auxiliary heads, dropout, stochastic depth, identities, and what keeps the size.

    Exact: in evaluation these layers return their input, and heads are not computed. An adaptive
    pool to the size of its input has windows of one element each, and a slice can be of all
    channels.

    Example::

        input: [3, 8, 8]
        layers:
          conv: {conv: 4, kernel: 3, padding: 1}
          drop: dropout
          pool: {adaptive_avg_pool: 8}
          act: relu
        auxiliary:
          early: {from: conv, layers: [flatten, {linear: 2}]}

    becomes::

        conv: conv 4 · kernel 3 · padding 1
        act: relu

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """

    bundles = ("inference", "onnxruntime", "portable", "pt2")
    after = ()

    def rewrite(self, graph: Graph) -> Optimised:
        """Return the graph without them."""
        dropped = [node for node in graph.evaluated if _returns_its_input(node)]
        if not dropped and not graph.heads:
            return unchanged(graph)
        draft = Draft(graph)
        draft.remove_heads()
        draft.drop(dropped)
        places = [*(head.name for head in graph.heads), *(node.path for node in dropped)]
        return self.changed(draft, f"{len(places)} dropped", places)


def _returns_its_input(node: Node) -> bool:
    if isinstance(node.operator, AdaptiveAvgPool | AdaptiveMaxPool | Slice):
        return node.shape == node.reads[0].shape
    return isinstance(node.operator, Dropout | Identity | StochasticDepth)
