"""How large a spec would become, counted before anything is expanded."""

from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.graph.budget import (
    MAX_NODES,
    MAX_STEPS,
    NODE,
    VISIT,
    Budget,
    Exhausted,
    copied,
    parameters,
    size,
)
from archc.graph.environment import Environment, Values
from archc.language.arithmetic import ValueProblem
from archc.language.model import Block, BlockUse, Body, NodeDecl, Spec
from archc.language.values import UNKNOWN, SpecValue, Unknown
from archc.ops.base.kinds import Value
from archc.problems.structure import TooManyNodes
from archc.source import Span


class _Count(NamedTuple):
    nodes: int
    steps: int


_NOTHING = _Count(0, VISIT)
_LEAF = _Count(1, VISIT + NODE)


class Expansion:
    """Counts nodes and steps, never more than there will be.

    Where a number depends on shapes, which are not known yet, it counts one, and what such an `if`
    decides about it does not count at all. To count costs steps as well: whatever is looked at
    here is looked at again when it is expanded.
    """

    def __init__(
        self, spec: Spec, diagnostics: Diagnostics, values: Values, budget: Budget
    ) -> None:
        self._spec = spec
        self._diagnostics = diagnostics
        self._values = values
        self._file = {name: value for name, value in values.items() if name in spec.params}
        self._counted: dict[tuple[str, str], _Count] = {}
        self._budget = budget

    def fits(self) -> bool:
        """Whether the network stays within bounds; the use that leaves them is reported."""
        try:
            if self._spec.body is not None:
                self._body(self._spec.body, self._values)
            for head in self._spec.auxiliary:
                self._node(head.node, self._values)
        except Exhausted as exhausted:
            self._diagnostics.report(too_many(exhausted), exhausted.span)
            return False
        return True

    def _body(self, body: Body, values: Values) -> _Count:
        nodes = steps = 0
        for child in body.children:
            self._budget.span = child.span
            self._budget.spend(VISIT)
            found = self._node(child, values)
            nodes += found.nodes
            steps += found.steps
            _bounded(nodes, steps, child.span)
        return _Count(nodes, steps)

    def _node(self, decl: NodeDecl, values: Values) -> _Count:
        if decl.condition is not None and self._value(decl.condition, values) is not True:
            return _NOTHING
        times = 1 if decl.repeat is None else self._value(decl.repeat, values)
        found = _LEAF
        if isinstance(decl.what, Body):
            found = self._body(decl.what, values)
        elif isinstance(decl.what, BlockUse):
            found = self._block(decl.what, values)
        if decl.repeat is None or not isinstance(times, int):
            return found
        nodes, steps = found.nodes * times, (found.steps + VISIT) * times
        _bounded(nodes, steps, decl.repeat.span)
        return _Count(nodes, steps)

    def _block(self, use: BlockUse, values: Values) -> _Count:
        block = self._spec.blocks[use.block]
        if block.body is None:
            return _NOTHING
        inner = self._arguments(block, use, values)
        given = [inner[name] for name in block.params]
        self._budget.spend(sum(map(size, given)))
        key = (block.name, repr(given))  # by repr, since True == 1
        found = self._counted.get(key)
        if found is None:
            found = self._counted[key] = self._body(block.body, inner)
        return found

    def _arguments(self, block: Block, use: BlockUse, values: Values) -> Values:
        self._budget.spend(copied(len(self._file)) + parameters(len(block.params)))
        inner = dict(self._file)
        for param in block.params.values():
            given = use.arguments.get(param.name)
            found = self._value(given, values) if given else self._value(param.default, inner)
            inner[param.name] = found
        return inner

    def _value(self, given: SpecValue | None, values: Values) -> Value | Unknown:
        if given is None:
            return UNKNOWN
        self._budget.spend(given.cost)
        try:
            return given.evaluate(Environment(values, None))
        except (LookupError, ValueProblem):
            return UNKNOWN


def _bounded(nodes: int, steps: int, span: Span) -> None:
    if nodes > MAX_NODES or steps > MAX_STEPS:
        raise Exhausted(span, nodes=nodes > MAX_NODES)


def too_many(exhausted: Exhausted) -> TooManyNodes:
    """Return what there is too much of."""
    return TooManyNodes(MAX_NODES if exhausted.nodes else MAX_STEPS, steps=not exhausted.nodes)
