"""What evaluation does not need is taken out."""

from archc.graph.graph import Graph, Node
from archc.ops.adaptive_avg_pool import AdaptiveAvgPool
from archc.ops.adaptive_max_pool import AdaptiveMaxPool
from archc.ops.dropout import Dropout
from archc.ops.identity import Identity
from archc.passes.draft import Draft
from archc.passes.optimised import Change, Optimised, kept, unchanged


def drop_inference(graph: Graph) -> Optimised:
    """Drop auxiliary heads, dropout, identities, and pools that keep the size.

    Exact: in evaluation dropout and identity give what they read, and heads are not computed. An
    adaptive pool to the size that it reads has windows of one element each.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """
    dropped = [
        node for node in graph.nodes if node not in graph.auxiliary and _gives_what_it_reads(node)
    ]
    if not dropped and not graph.heads:
        return unchanged(graph)
    heads = [head.name for head in graph.heads]
    paths = {node.path for node in dropped}
    draft = Draft(graph)
    draft.remove_heads()
    gone = [node for node in draft.graph.nodes if node.path in paths]
    for node in gone:
        draft.read_instead(node, node.reads[0])
    draft.remove(gone)
    rewritten = draft.finished()
    what = f"{len(gone) + len(heads)} dropped"
    change = Change("drop_inference", what, (*heads, *(node.path for node in dropped)))
    return Optimised(rewritten, kept(rewritten), (change,))


def _gives_what_it_reads(node: Node) -> bool:
    if isinstance(node.operator, AdaptiveAvgPool | AdaptiveMaxPool):
        return node.shape == node.reads[0].shape
    return isinstance(node.operator, Dropout | Identity)
