"""Convolutions that read the same value become one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from archc.graph.graph import Graph, Node, Scope
from archc.ops.conv import Conv
from archc.ops.relu import Relu
from archc.ops.slice import Slice
from archc.passes.base.draft import Draft
from archc.passes.base.mapping import Concatenated, Kept, Source
from archc.passes.base.optimised import Optimised, unchanged
from archc.passes.base.replacing import relu_behind
from archc.passes.base.rewriting import Pass


class MergeSiblings(Pass):
    """Merge sibling 1×1 convolutions into one and slice its output; so too the ReLUs after them.

    Exact: each output channel is computed from the same input by its own kernel, wherever the
    kernel lies, and ReLU is applied to each number alone. One matrix product with more rows
    costs less than several with few: the input is read once.

    Example::

        input: [16, 8, 8]
        layers:
          stem: relu
          left: {conv: 4, kernel: 1, from: stem}
          right: {conv: 8, kernel: 1, from: stem}
          both: {concat: [left, right]}

    becomes::

        stem: relu
        merged: conv 12 · kernel 1
        for_left: slice 4
        for_right: slice 12 · start 4
        both: concat [for_left, for_right]

    Source: Szegedy et al. 2015, https://arxiv.org/abs/1409.4842, whose reductions these are.
    """

    bundles = ("inference", "pt2")  # an engine with layouts of its own is disturbed by slices
    after = ("fold_batch_norm",)

    def rewrite(self, graph: Graph) -> Optimised:
        """Return the graph with one convolution for each family of siblings."""
        draft = Draft(graph)
        made: dict[str, Source] = {}
        places = []
        for siblings in _families(graph):
            relus = [relu_behind(node, graph) for node in siblings]
            merged = _merge(draft, [draft[node] for node in siblings], _all_copied(draft, relus))
            if merged is None:
                continue
            paths = [node.path for node in siblings]
            for name in merged.operator.weights(merged.operand):
                parts = tuple(Kept(f"{path}.{name}") for path in paths)
                made[f"{merged.path}.{name}"] = Concatenated(parts)
            places.append(f"{merged.path} of {' + '.join(paths)}")
        if not places:
            return unchanged(graph)
        what = f"{len(places)} famil{'ies' if len(places) > 1 else 'y'} of 1×1 convolutions merged"
        return self.changed(draft, what, places, made)


def _families(graph: Graph) -> list[list[Node]]:
    """Return the 1×1 convolutions that differ in nothing but their number of channels."""
    families: dict[tuple[Node, Conv], list[Node]] = {}
    for node in graph.evaluated:
        conv = node.operator
        if isinstance(conv, Conv) and conv.kernel == (1, 1) and conv.groups == 1:
            alike = (node.reads[0], replace(conv, channels=1))
            families.setdefault(alike, []).append(node)
    return [siblings for siblings in families.values() if len(siblings) > 1]


def _all_copied(draft: Draft, relus: Sequence[Node | None]) -> list[Node]:
    """Return the copies of the ReLUs, or nothing where one is missing."""
    copies = [draft[relu] for relu in relus if relu is not None]
    return copies if len(copies) == len(relus) else []


def _merge(draft: Draft, siblings: list[Node], relus: list[Node]) -> Node | None:
    """Compute siblings in one node and return it, or None where there is no place for it."""
    first, value = siblings[0], siblings[0].reads[0]
    place = _place(siblings)
    if isinstance(place, Scope) and value in set(place.nodes()):
        return None
    assert isinstance(first.operator, Conv)
    widths = [node.operator.channels for node in siblings if isinstance(node.operator, Conv)]
    conv = replace(first.operator, channels=sum(widths))
    merged = whole = draft.insert(conv, value, "merged", first, place)
    if relus:
        whole = draft.insert(Relu(), merged, "merged_relu", first, place)
    ends = accumulate(widths)
    instead = {}
    for node, end, width in zip(relus or siblings, ends, widths, strict=True):
        child = node.within(next(place.ancestors()))
        name = f"for_{node.name if child is None else child.name}"
        instead[node] = draft.insert(Slice(end, end - width), whole, name, first, place)
    draft.read_instead(instead)
    draft.remove([*siblings, *relus])
    return merged


def _place(siblings: list[Node]) -> Node | Scope:
    """Return the child of the innermost scope around all siblings that holds the first of them."""
    first, *others = siblings
    shared = [set(node.ancestors()) for node in others]
    child: Node | Scope = first
    for scope in first.ancestors():  # the root is around them all
        if all(scope in around for around in shared):
            break
        child = scope
    return child
