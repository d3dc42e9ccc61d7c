"""The summary as data: a tree of rows, one for each layer and each scope, and the totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from archc.analyses.cost import Cost, cost
from archc.analyses.field_rule import Number
from archc.analyses.inplace import inplace
from archc.analyses.memory import Memory, memory
from archc.analyses.receptive_field import Fields, receptive_fields
from archc.analyses.settings import SEPARATOR, block_text, join_text, name_within, operator_text
from archc.graph.graph import Graph, Node, Scope
from archc.language.model import Body
from archc.ops.base.operator import Operator, Shape
from archc.problems.shapes import shape_text


class Row(NamedTuple):
    """A layer, or a scope with the rows inside it.

    Args:
        name: its own name, the last part of its path.
        path: its name from the root, the prefix of its keys in ``state_dict``.
        op: the operator's name, or the block's, or nothing for a plain body.
        label: `op` with its settings, and where it reads from if not from the row before.
        output_shape: what it gives, without the batch.
        params: numbers in its parameters; of a scope, those of all layers inside.
        macs: multiply-accumulates of one sample; likewise.
        receptive_field: input elements along height and width; None where all are seen.
        jump: the distance of neighbouring fields; None likewise.
        exact: whether no number of the two is an upper bound.
        auxiliary: whether it belongs to a head, which is computed in training mode only.
        line: the line of the spec that it stands on.
        rows: what a scope holds; None for a layer.
    """

    name: str
    path: str
    op: str
    label: str
    output_shape: Shape
    params: int
    macs: int
    receptive_field: tuple[int, int] | None
    jump: tuple[Number, Number] | None
    exact: bool
    auxiliary: bool
    line: int
    rows: "tuple[Row, ...] | None" = None

    def __repr__(self) -> str:
        costs = f"{self.params:,} parameters, {self.macs:,} MACs"
        return f"<{self.path}: {self.label or 'layers'} → {shape_text(self.output_shape)}, {costs}>"


class Totals(NamedTuple):
    """Of the whole network; `macs` are those of evaluation, `macs_training` with the heads."""

    params: int
    trainable_params: int
    buffers: int
    macs: int
    macs_training: int


@dataclass(frozen=True)
class Summary:
    """A network's summary, the heads last among its rows."""

    name: str
    input: Shape
    outputs: Mapping[str, Shape]
    rows: tuple[Row, ...]
    totals: Totals
    memory: Memory

    @cached_property
    def layers(self) -> tuple[Row, ...]:
        """The rows of layers alone, in the order of the graph."""
        return tuple(row for row in self._walk() if row.rows is None)

    @cached_property
    def _by_path(self) -> dict[str, Row]:
        return {row.path: row for row in self._walk()}

    def __getitem__(self, path: str) -> Row:
        """Return the row of a layer or of a scope."""
        return self._by_path[path]

    def _walk(self) -> Iterator[Row]:
        pending = list(reversed(self.rows))
        while pending:
            row = pending.pop()
            yield row
            pending.extend(reversed(row.rows or ()))


def summarise(graph: Graph, batch: int = 1) -> Summary:
    """Return the summary of a sound graph, its activation memory for `batch` samples."""
    costs = cost(graph)
    total = costs.total
    outputs = {name or "output": node.shape for name, node in graph.outputs.items()}
    return Summary(
        graph.name,
        graph.input.shape,
        outputs,
        _Rows(graph, costs.nodes, receptive_fields(graph)).of(graph.root),
        Totals(total.params, total.trainable, total.buffers, total.macs, costs.macs_training),
        memory(graph, costs, inplace(graph), batch),
    )


class _Rows:
    """Makes the rows of a graph."""

    def __init__(
        self, graph: Graph, costs: Mapping[Node, Cost], fields: Mapping[Node, Fields]
    ) -> None:
        self._graph = graph
        self._costs = costs
        self._fields = fields
        self._texts: dict[int, str] = {}
        self._numbers: dict[int, tuple[Any, Any, bool]] = {}

    def of(self, scope: Scope, prefix: str = "") -> tuple[Row, ...]:
        """Return the rows of a scope's children."""
        before = scope.entry
        rows = []
        for child in scope.children:
            if isinstance(child, Node):
                rows.append(self._layer(child, before, prefix))
                before = child
            else:
                rows.append(self._scope(child, before, prefix))
                before = child.exit
        return tuple(rows)

    def _layer(self, node: Node, before: Node, prefix: str) -> Row:
        text = self._text(node.operator) if not node.operator.joins else join_text(node)
        if not node.operator.joins and node.reads[0] is not before:
            text += self._from(node, node.reads[0])
        spent = self._costs[node]
        size, jump, exact = self._field(self._fields[node])
        return Row(
            node.name,
            prefix + node.name,
            node.operator.name,
            text,
            node.shape,
            spent.params,
            spent.macs,
            size,
            jump,
            exact,
            node in self._graph.auxiliary,
            node.span.line,
        )

    def _scope(self, scope: Scope, before: Node, prefix: str) -> Row:
        rows = self.of(scope, f"{prefix}{scope.name}.")
        text = block_text(scope.block, scope.arguments) if scope.block else ""
        if scope.entry is not before:
            text = f"{text}{self._from(scope, scope.entry)}".removeprefix(SEPARATOR)
        size, jump, exact = self._field(self._fields[scope.exit])
        return Row(
            scope.name,
            prefix + scope.name,
            scope.block.name if scope.block else "",
            text,
            scope.exit.shape,
            sum(row.params for row in rows),
            sum(row.macs for row in rows),
            size,
            jump,
            exact,
            bool(rows) and rows[-1].auxiliary,
            scope.decl.span.line if scope.decl else 1,
            rows,
        )

    def _text(self, operator: Operator) -> str:
        """Return an operator's text, written once for all layers that share it."""
        if id(operator) not in self._texts:
            self._texts[id(operator)] = operator_text(operator)
        return self._texts[id(operator)]

    def _field(self, fields: Fields) -> tuple[Any, Any, bool]:
        """Return size and jump along both axes; pointwise layers share their fields."""
        if id(fields) not in self._numbers:
            axes = fields.axes
            sizes = axes and (axes[0].size, axes[1].size)
            jumps = axes and (axes[0].jump, axes[1].jump)
            self._numbers[id(fields)] = (sizes, jumps, fields.exact)
        return self._numbers[id(fields)]

    def _from(self, child: Node | Scope, read: Node) -> str:
        """Say what is read, where it is not the value before; branches read the same anyway."""
        scope = next(child.ancestors())
        if read is scope.entry and _has_branches(scope, self._graph):
            return ""
        return f"{SEPARATOR}from {name_within(scope, read)}"


def _has_branches(scope: Scope, graph: Graph) -> bool:
    body = graph.spec.body if scope.parent is None else scope.decl and scope.decl.what
    if scope.block is not None:
        body = scope.block.body
    return isinstance(body, Body) and body.join is not None
