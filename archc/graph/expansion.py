"""How large a spec would become, counted before anything is expanded."""

from archc.diagnostics import Diagnostics
from archc.graph.environment import Environment, Values
from archc.ops.base.kinds import Value
from archc.problems.structure import TooManyNodes
from archc.source import Span
from archc.spec.expression import ValueProblem
from archc.spec.model import Block, BlockUse, Body, NodeDecl, Spec
from archc.spec.setting import UNKNOWN, Setting, Unknown

MAX_NODES = 1_000_000


class Expansion:
    """Counts nodes; where a number depends on shapes, which are not known yet, it counts one."""

    def __init__(self, spec: Spec, diagnostics: Diagnostics, values: Values) -> None:
        self._spec = spec
        self._diagnostics = diagnostics
        self._values = values
        self._counted: dict[tuple[str, str], int] = {}
        self._told = False

    def fits(self) -> bool:
        """Whether the network stays within bounds; where not, the use that causes it is told."""
        if self._spec.body is not None:
            self._body(self._spec.body, self._values)
        for head in self._spec.auxiliary:
            self._node(head.node, self._values)
        return not self._told

    def _body(self, body: Body, values: Values) -> int:
        total = 0
        for child in body.children:
            total += self._node(child, values)
            if total > MAX_NODES:
                self._tell(child.span)
        return total

    def _node(self, decl: NodeDecl, values: Values) -> int:
        if decl.condition is not None and self._value(decl.condition, values) is False:
            return 0
        count = 1
        if isinstance(decl.what, Body):
            count = self._body(decl.what, values)
        elif isinstance(decl.what, BlockUse):
            count = self._block(decl.what, values)
        if decl.repeat is None:
            return count
        times = self._value(decl.repeat, values)
        if not isinstance(times, int):
            return count
        if count * times > MAX_NODES:
            self._tell(decl.repeat.span)
        return count * times

    def _block(self, use: BlockUse, values: Values) -> int:
        block = self._spec.blocks[use.block]
        if block.body is None:
            return 1
        inner = self._arguments(block, use, values)
        key = (block.name, repr(inner))
        if key not in self._counted:
            self._counted[key] = self._body(block.body, inner)
        return self._counted[key]

    def _arguments(self, block: Block, use: BlockUse, values: Values) -> Values:
        inner = dict(self._values)  # the file's, not what the block around calls by their names
        for param in block.params.values():
            given = use.arguments.get(param.name)
            found = self._value(given, values) if given else self._value(param.default, inner)
            inner[param.name] = found
        return inner

    def _value(self, given: Setting | None, values: Values) -> Value | Unknown:
        try:
            return given.evaluate(Environment(values, None)) if given else UNKNOWN
        except (LookupError, ValueProblem):
            return UNKNOWN

    def _tell(self, span: Span) -> None:
        if not self._told:
            self._told = True
            self._diagnostics.report(TooManyNodes(MAX_NODES), span)
