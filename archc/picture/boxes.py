"""Graph to diagram: what is one box, what each box says, and which box reads which.

Operations that a reader thinks of as one (convolution, norm, activation) are one box; equal blocks
in a row are one box with a count. Numbers are those of the report.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from archc.analyses.report import Report, Row, report
from archc.analyses.settings import operator_text
from archc.graph.graph import Graph, Node, Scope
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Operator, Shape

ENTRY = -1
"""The source of links that begin where the diagram does."""

_NORMS = {"batch_norm": "BN", "group_norm": "GN", "layer_norm": "LN", "local_response_norm": "LRN"}
_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "prelu": "PReLU",
    "leaky_relu": "LeakyReLU",
    "gelu": "GELU",
    "silu": "SiLU",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "hardswish": "hardswish",
    "hardsigmoid": "hardsigmoid",
}
_JOINS = {"add": "+", "multiply": "×", "concat": "concat"}


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
        count: how many equal blocks in a row it stands for.
        join: whether it is a join, which is drawn small.
        auxiliary: whether it belongs to a head.
        inner: what it holds, if it is drawn open.
    """

    path: str
    title: str
    label: str
    suffix: str
    shape: Shape
    params: int
    macs: int
    field: str
    count: int = 1
    join: bool = False
    auxiliary: bool = False
    inner: "Diagram | None" = None


@dataclass(frozen=True)
class Link:
    """Box `target` reads box `source` (or `ENTRY`); `changes` says if the shape did at `source`."""

    source: int
    target: int
    changes: bool


@dataclass(frozen=True)
class Diagram:
    """Boxes in topological order, and the one that gives what the diagram hands on."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    exit: int


def diagram(graph: Graph, depth: int, summary: Report | None = None) -> Diagram:
    """Return the picture of a sound graph, its scopes open down to `depth` (1: none is)."""
    return _Boxes(summary or report(graph)).of(graph.root, graph.input.shape or (), depth)


def levels(graph: Graph) -> int:
    """Return the least depth at which every scope is open."""
    deepest, pending = 1, [(graph.root, 1)]
    while pending:
        scope, depth = pending.pop()
        deepest = max(deepest, depth)
        pending += [(child, depth + 1) for child in scope.children if isinstance(child, Scope)]
    return deepest


class _Boxes:
    """Makes the diagrams of a graph's scopes."""

    def __init__(self, summary: Report) -> None:
        self._summary = summary

    def of(self, scope: Scope, shape: Shape, depth: int) -> Diagram:
        groups = list(_groups(scope))
        boxes = [self._box(group, depth) for group in groups]
        place = {node: i for i, group in enumerate(groups) for node in _nodes(group)}
        reads: list[list[int]] = [[] for _ in boxes]
        for node, target in place.items():
            for read in node.reads:
                source = place.get(read, ENTRY)
                if source != target and source not in reads[target]:
                    reads[target].append(source)
        return _linked(boxes, reads, place.get(scope.exit, ENTRY), shape)

    def _box(self, group: "list[Node] | Scope", depth: int) -> Box:
        return self._scope(group, depth) if isinstance(group, Scope) else self._layers(group)

    def _layers(self, group: list[Node]) -> Box:
        head = group[0]
        rows = [self._summary[node.path] for node in group]
        assert head.operator is not None
        join = head.operator.joins
        return Box(
            head.path,
            "" if join else head.name,
            _JOINS.get(head.operator.name, head.operator.name) if join else _text(head.operator),
            " ".join(f"{'→ ' if join else '+'}{_short(node)}" for node in group[1:]),
            rows[-1].output_shape,
            sum(row.params for row in rows),
            sum(row.macs for row in rows),
            _field(rows[-1].receptive_field),
            join=join,
            auxiliary=rows[0].auxiliary,
        )

    def _scope(self, scope: Scope, depth: int) -> Box:
        groups = list(_groups(scope))
        row = self._summary[scope.path]
        if len(groups) == 1:  # what holds one box is that box, under the outer name
            return replace(self._box(groups[0], depth), path=scope.path, title=scope.name)
        return Box(
            scope.path,
            scope.name,
            row.label if scope.block else _contents(self._summary[scope.path].rows or ()),
            "",
            row.output_shape,
            row.params,
            row.macs,
            _field(row.receptive_field),
            auxiliary=row.auxiliary,
            inner=self.of(scope, scope.entry.shape or (), depth - 1) if depth > 1 else None,
        )


def _groups(scope: Scope) -> Iterator["list[Node] | Scope"]:
    """Yield what is one box each: a scope, or a layer with what only it is read by."""
    readers: dict[Node, int] = {}
    for node in scope.nodes():
        for read in node.reads:
            readers[read] = readers.get(read, 0) + 1
    held: list[Node] = []
    for child in scope.children:
        if isinstance(child, Node) and held and _fuses(held, child, scope.exit, readers):
            held.append(child)
            continue
        if held:
            yield held
        held = [child] if isinstance(child, Node) else []
        if isinstance(child, Scope) and any(True for _ in child.nodes()):
            yield child
    if held:
        yield held


def _fuses(held: list[Node], node: Node, end: Node, readers: dict[Node, int]) -> bool:
    last, first = held[-1], held[0].operator
    if node.operator is None or first is None or node.reads != (last,):
        return False
    if readers.get(last) != 1 or last is end:
        return False
    if node.operator.name in _NORMS:
        return len(held) == 1 and first.principal is not None and not first.joins
    followed = [other.operator.name for other in held[1:] if other.operator]
    return node.operator.name in _ACTIVATIONS and not set(followed) & set(_ACTIVATIONS)


def _nodes(group: "list[Node] | Scope") -> Iterator[Node]:
    return group.nodes() if isinstance(group, Scope) else iter(group)


def _linked(boxes: list[Box], reads: list[list[int]], end: int, shape: Shape) -> Diagram:
    """Fold equal blocks in a row, then number what is left."""
    kept: list[Box] = []
    sources: list[list[int]] = []
    now = {ENTRY: ENTRY}
    readers = [0] * len(boxes)
    for read in reads:
        for source in read:
            readers[source] += source >= 0
    for i, box in enumerate(boxes):
        alone = reads[i] == [i - 1] and i > 0 and readers[i - 1] == 1 and end != i - 1
        if alone and _alike(kept[-1], box):
            kept[-1] = replace(
                box,
                path=kept[-1].path,
                title=f"{kept[-1].title.partition('–')[0]}–{box.title}",
                params=kept[-1].params + box.params,
                macs=kept[-1].macs + box.macs,
                count=kept[-1].count + 1,
            )
        else:
            kept.append(box)
            sources.append(sorted({now[source] for source in reads[i]}))
        now[i] = len(kept) - 1
    links = []
    for target, found in enumerate(sources):
        for source in found:
            before = kept[sources[source][0]].shape if _reads_box(sources, source) else shape
            links.append(Link(source, target, source >= 0 and kept[source].shape != before))
    return Diagram(tuple(kept), tuple(links), now[end])


def _reads_box(sources: list[list[int]], box: int) -> bool:
    return box >= 0 and bool(sources[box]) and sources[box][0] >= 0


def _alike(folded: Box, box: Box) -> bool:
    """Whether two neighbours differ in nothing that is shown but their names."""
    if folded.inner is None and not _is_block(folded):
        return False
    same = (folded.label, folded.suffix, folded.shape) == (box.label, box.suffix, box.shape)
    costs = (folded.params, folded.macs) == (box.params * folded.count, box.macs * folded.count)
    return same and costs and _structure(folded.inner) == _structure(box.inner)


def _is_block(box: Box) -> bool:
    return not box.suffix and not box.join and box.title.partition("–")[0].isdigit()


def _structure(inner: Diagram | None) -> object:
    if inner is None:
        return None
    boxes = [(box.label, box.suffix, box.shape, _structure(box.inner)) for box in inner.boxes]
    return boxes, inner.links


# Texts


def _text(operator: Operator) -> str:
    """Return a layer as papers write it, ``conv 7×7/2, 64``, or as the spec does."""
    kernel, stride = getattr(operator, "kernel", None), getattr(operator, "stride", 1)
    principal = getattr(operator, operator.principal) if operator.principal else None
    if kernel is None:
        return operator_text(operator)
    width = "" if operator.principal in (None, "kernel") else f", {principal}"
    return f"{operator.name} {_sizes(kernel)}{_step(stride)}{width}"


def _sizes(kernel: Value) -> str:
    height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return f"{height}×{width}"


def _step(stride: Value) -> str:
    if isinstance(stride, tuple) and stride[0] != stride[1]:
        return f"/{_sizes(stride)}"
    step = stride[0] if isinstance(stride, tuple) else stride
    return "" if step in (1, None) else f"/{step}"


def _short(node: Node) -> str:
    name = node.operator.name if node.operator else ""
    return _NORMS.get(name) or _ACTIVATIONS[name]


def _field(size: tuple[int, int] | None) -> str:
    if size is None:
        return ""
    height, width = size
    return str(height) if height == width else f"{height}×{width}"


def _contents(rows: tuple[Row, ...]) -> str:
    """Say what a plain body holds: ``basic_block × 2``, or how many layers."""
    ops = {row.op for row in rows}
    if len(ops) == 1 and (op := ops.pop()):
        return f"{op} × {len(rows)}"
    return f"{len(rows)} layers"
