"""A batch norm becomes part of the convolution or linear layer before it."""

from dataclasses import replace

from archc.graph.graph import Graph, Node
from archc.ops.batch_norm import BatchNorm
from archc.ops.conv import Conv
from archc.ops.conv_transpose import ConvTranspose
from archc.ops.linear import Linear
from archc.passes.base.draft import Draft
from archc.passes.base.mapping import FoldedBias, FoldedWeight, Kept, Norm, Source
from archc.passes.base.optimised import Optimised, unchanged
from archc.passes.base.rewriting import Pass


class FoldBatchNorm(Pass):
    """Fold batch norms into the layers before them, which gain a bias.

    Exact: in evaluation a batch norm with running statistics is y = s·x + t for each channel, and
    s·(W∗x + b) + t = (s·W)∗x + (s·b + t). A layer whose own output is read elsewhere stays.

    Example::

        input: [3, 8, 8]
        layers:
          conv: {conv: 4, kernel: 3, bias: false}
          norm: batch_norm
          act: relu

    becomes::

        conv: conv 4 · kernel 3
        act: relu

    Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.fuse_conv_bn_eval.html
    """

    bundles = ("inference", "onnxruntime", "portable", "pt2")
    after = ("drop_inference",)  # only then are batch norms beside the layers that they follow

    def rewrite(self, graph: Graph) -> Optimised:
        """Return the graph with every batch norm folded that can be."""
        norms = [node for node in graph.nodes if _folds(node, graph)]
        if not norms:
            return unchanged(graph)
        draft = Draft(graph)
        made: dict[str, Source] = {}
        for norm in norms:
            layer = norm.reads[0]
            assert isinstance(layer.operator, Conv | ConvTranspose | Linear)
            draft[layer].built = replace(layer.operator, bias=True)
            made.update(_folded(layer, norm))
        draft.drop(norms)
        what = f"{len(norms)} batch norm{'s' * (len(norms) > 1)} folded"
        places = [f"{norm.reads[0].path} + {norm.path}" for norm in norms]
        folded = self.changed(draft, what, places, made)
        return folded.then(self.rewrite(folded.graph))  # a batch norm of a batch norm folds as well


def _folds(node: Node, graph: Graph) -> bool:
    if not isinstance(node.operator, BatchNorm) or not node.operator.track_running_stats:
        return False
    layer = node.reads[0]
    folds = isinstance(layer.built, Conv | ConvTranspose | Linear)
    return folds and graph.sole_reader(layer) is node


def _folded(layer: Node, node: Node) -> dict[str, Source]:
    """Return how the weight and the bias of `layer` are made with the batch norm `node`."""
    assert isinstance(node.operator, BatchNorm)
    assert isinstance(layer.operator, Conv | ConvTranspose | Linear)
    path = node.path
    affine = node.operator.affine
    norm = Norm(
        Kept(f"{path}.weight") if affine else None,
        Kept(f"{path}.bias") if affine else None,
        Kept(f"{path}.running_mean"),
        Kept(f"{path}.running_var"),
        float(node.operator.eps),
    )
    bias = Kept(f"{layer.path}.bias") if layer.operator.bias else None
    transposed = isinstance(layer.operator, ConvTranspose)
    groups = layer.operator.groups if transposed else None  # type: ignore[union-attr]
    weight = FoldedWeight(Kept(f"{layer.path}.weight"), norm, groups)
    return {f"{layer.path}.weight": weight, f"{layer.path}.bias": FoldedBias(bias, norm)}
