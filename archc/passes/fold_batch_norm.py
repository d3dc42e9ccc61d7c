"""A batch norm becomes part of the convolution or linear layer before it."""

from dataclasses import replace

from archc.graph.graph import Graph, Node
from archc.ops.batch_norm import BatchNorm
from archc.ops.conv import Conv
from archc.ops.conv_transpose import ConvTranspose
from archc.ops.linear import Linear
from archc.passes.draft import Draft
from archc.passes.mapping import FoldedBias, FoldedWeight, Kept, Norm, Source
from archc.passes.optimised import Change, Optimised, kept, unchanged


def fold_batch_norm(graph: Graph) -> Optimised:
    """Fold batch norms into the layers before them, which gain a bias.

    Exact: in evaluation a batch norm with running statistics is y = s·x + t for each channel, and
    s·(W∗x + b) + t = (s·W)∗x + (s·b + t). A layer whose own result is read elsewhere stays.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.fuse_conv_bn_eval.html
    """
    found = {node.path: node for node in graph.nodes if _folds(node, graph)}
    if not found:
        return unchanged(graph)
    draft = Draft(graph)
    norms = [node for node in draft.graph.nodes if node.path in found]
    layers = [norm.reads[0] for norm in norms]
    for norm, layer in zip(norms, layers, strict=True):
        draft.read_instead(norm, layer)
    draft.remove(norms)
    for layer in layers:
        assert isinstance(layer.operator, Conv | ConvTranspose | Linear)
        layer.operator = replace(layer.operator, bias=True)
    rewritten = draft.finished()
    mapping = kept(rewritten)
    for norm in found.values():
        mapping.update(_folded(norm.reads[0], norm))
    what = f"{len(found)} batch norm{'s' * (len(found) > 1)} folded"
    places = tuple(f"{norm.reads[0].path} + {path}" for path, norm in found.items())
    folded = Optimised(rewritten, mapping, (Change("fold_batch_norm", what, places),))
    return folded.then(fold_batch_norm(rewritten))  # a batch norm of a batch norm folds as well


def _folds(node: Node, graph: Graph) -> bool:
    if not isinstance(node.operator, BatchNorm) or not node.operator.track_running_stats:
        return False
    layer = node.reads[0]
    shown = {*graph.outputs.values(), *(head.source for head in graph.heads)}
    folds = isinstance(layer.operator, Conv | ConvTranspose | Linear)
    return folds and graph.readers[layer] == [node] and layer not in shown


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
