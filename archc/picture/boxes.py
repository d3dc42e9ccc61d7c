"""Graph to diagram: what is one box, what each box says, and which box reads which.

Operations that a reader thinks of as one (convolution, norm, activation) are one box; equal blocks
in a row are one box with a count. Numbers are those of the report.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archc.analyses.memory import node_memory
from archc.analyses.summary import Summary, summarise
from archc.graph.graph import Graph, Node, Scope
from archc.ops.base.operator import Shape
from archc.picture.grouping import Group, groups, nodes_of
from archc.picture.labels import field_text, layer_text, scope_text, short_text

ENTRY = -1
"""The source of links that begin where the diagram does."""


@dataclass(frozen=True)
class Box:
    """One box.

    Args:
        path: the path of what it shows (of its first layer, or of the first of equal blocks).
        title: its name in the spec; empty for a join.
        label: what it is.
        suffix: what was fused into it: ``+BN +ReLU``.
        shape: what it gives, without the batch.
        params: numbers in the parameters of all that it stands for.
        macs: multiply-accumulates of one sample, likewise.
        field: the receptive field at its end, as text; empty where all is seen.
        memory: bytes of its parameters and buffers, and of what it makes that training on one
            sample keeps for the backward pass.
        count: how many equal blocks in a row it stands for.
        join: whether it is a join, which is drawn small.
        auxiliary: whether it belongs to a head.
        inner: what it holds, if it is drawn open.
        paths: the paths of all that it alone stands for: the layers that are fused, the equal
            blocks; what an inner box stands for in each of them is its own.
    """

    path: str
    title: str
    label: str
    suffix: str
    shape: Shape
    params: int
    macs: int
    field: str
    memory: int = 0
    count: int = 1
    join: bool = False
    auxiliary: bool = False
    inner: "Diagram | None" = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """Box `target` reads box `source` (or `ENTRY`); `changes` says if the shape did at `source`."""

    source: int
    target: int
    changes: bool


@dataclass(frozen=True)
class Diagram:
    """Boxes in topological order, and the one whose output is the diagram's."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    exit: int


def diagram(graph: Graph, depth: int, summary: Summary | None = None) -> Diagram:
    """Return the picture of a sound graph, its scopes open down to `depth` (1: none is)."""
    boxes = _Boxes(graph, summary or summarise(graph))
    return opened(boxes.of(graph.root, graph.input.shape), depth)


def opened(drawn: Diagram, depth: int) -> Diagram:
    """Return a diagram with all closed that is deeper than `depth`; what is folded stays so."""
    inner = [
        box.inner and (opened(box.inner, depth - 1) if depth > 1 else None) for box in drawn.boxes
    ]
    boxes = (replace(box, inner=held) for box, held in zip(drawn.boxes, inner, strict=True))
    return replace(drawn, boxes=tuple(boxes))


def deepest(drawn: Diagram) -> int:
    """Return the least depth at which all of a diagram is open."""
    return 1 + max((deepest(box.inner) for box in drawn.boxes if box.inner), default=0)


def levels(graph: Graph) -> int:
    """Return the least depth at which every scope is open."""
    deepest, pending = 1, [(graph.root, 1)]
    while pending:
        scope, depth = pending.pop()
        deepest = max(deepest, depth)
        pending += [(child, depth + 1) for child in scope.children if isinstance(child, Scope)]
    return deepest


class _Boxes:
    """Makes the diagrams of a graph's scopes, with all open."""

    def __init__(self, graph: Graph, summary: Summary) -> None:
        self._summary = summary
        self._memory = node_memory(graph)

    def of(self, scope: Scope, shape: Shape) -> Diagram:
        drawn = list(groups(scope))
        boxes = [self._box(group) for group in drawn]
        place = {node: i for i, group in enumerate(drawn) for node in nodes_of(group)}
        reads: list[dict[int, None]] = [{} for _ in boxes]
        for node, target in place.items():
            for read in node.reads:
                source = place.get(read, ENTRY)
                if source != target:
                    reads[target][source] = None
        folds = list(map(_folds, drawn))
        return _linked(boxes, folds, list(map(list, reads)), place.get(scope.exit, ENTRY), shape)

    def _box(self, group: Group, name: str | None = None) -> Box:
        if isinstance(group, Scope):
            return self._scope(group, name or group.name)
        return self._layers(group, name or group[0].name)

    def _layers(self, group: list[Node], name: str) -> Box:
        head = group[0]
        rows = [self._summary[node.path] for node in group]
        join = head.operator.joins
        return Box(
            head.path,
            "" if join else name,
            layer_text(head, name),
            " ".join(f"{'→ ' if join else '+'}{short_text(node)}" for node in group[1:]),
            rows[-1].output_shape,
            sum(row.params for row in rows),
            sum(row.macs for row in rows),
            field_text(rows[-1].receptive_field),
            sum(map(self._memory.__getitem__, group)),
            join=join,
            auxiliary=rows[0].auxiliary,
            paths=tuple(node.path for node in group),
        )

    def _scope(self, scope: Scope, name: str) -> Box:
        row = self._summary[scope.path]
        drawn = list(groups(scope))
        if len(drawn) == 1:  # what holds one box is that box, under the outer name
            box = self._box(drawn[0], name)
            return replace(box, path=scope.path, paths=(scope.path, *box.paths))
        return Box(
            scope.path,
            name,
            scope_text(scope, row),
            "",
            row.output_shape,
            row.params,
            row.macs,
            field_text(row.receptive_field),
            sum(map(self._memory.__getitem__, scope.nodes())),
            auxiliary=row.auxiliary,
            inner=self.of(scope, scope.entry.shape),
            paths=(scope.path,),
        )


def _folds(group: Group) -> bool:
    """Whether equal ones may be drawn as one: blocks, and layers that are numbered, not named."""
    if isinstance(group, Scope):
        return True
    head = group[0]
    return len(group) == 1 and head.name.isdigit() and not head.operator.joins


def _linked(
    boxes: list[Box], folds: list[bool], reads: list[list[int]], end: int, shape: Shape
) -> Diagram:
    """Fold equal blocks in a row, then number what is left."""
    runs: list[list[Box]] = []
    sources: list[list[int]] = []
    now = {ENTRY: ENTRY}
    readers = [0] * len(boxes)
    for read in reads:
        for source in read:
            readers[source] += source >= 0
    for i, box in enumerate(boxes):
        alone = reads[i] == [i - 1] and i > 0 and readers[i - 1] == 1 and end != i - 1
        if alone and folds[i - 1] and folds[i] and _alike(boxes[i - 1], box):
            runs[-1].append(box)
        else:
            runs.append([box])
            sources.append(sorted({now[source] for source in reads[i]}))
        now[i] = len(runs) - 1
    kept = [_folded(run) if len(run) > 1 else run[0] for run in runs]
    links = []
    for target, found in enumerate(sources):
        for source in found:
            before = kept[sources[source][0]].shape if _reads_box(sources, source) else shape
            links.append(Link(source, target, source >= 0 and kept[source].shape != before))
    return Diagram(tuple(kept), tuple(links), now[end])


def _reads_box(sources: list[list[int]], box: int) -> bool:
    return box >= 0 and bool(sources[box]) and sources[box][0] >= 0


def _folded(run: list[Box]) -> Box:
    """Return one box for equal blocks in a row."""
    first, last = run[0], run[-1]
    return replace(
        _shared(run),
        path=first.path,
        title=f"{first.title}–{last.title}" if first.title else "",
        params=sum(box.params for box in run),
        macs=sum(box.macs for box in run),
        memory=sum(box.memory for box in run),
        count=len(run),
    )


def _shared(equal: Sequence[Box]) -> Box:
    """Return the last of equal boxes, which stands for whatever any of them does."""
    inner = equal[-1].inner
    if inner is not None:
        columns = zip(*(box.inner.boxes for box in equal if box.inner), strict=True)
        inner = replace(inner, boxes=tuple(map(_shared, columns)))
    return replace(equal[-1], inner=inner, paths=tuple(p for box in equal for p in box.paths))


def _alike(one: Box, other: Box) -> bool:
    """Whether two neighbours differ in nothing that is shown but their names and fields."""
    return _structure(one) == _structure(other)


def _structure(box: Box) -> object:
    """Return what equal boxes have in common."""
    inner = box.inner and (list(map(_structure, box.inner.boxes)), box.inner.links)
    costs = box.params, box.macs, box.memory
    return box.label, box.suffix, box.shape, costs, box.count, inner
