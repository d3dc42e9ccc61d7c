"""A graph's settings and shapes in terms of the classes that its scopes become.

Nothing is elaborated again. Which nodes there are, what each reads and in which scope it stands
is the graph's; only the settings, as they are written, are evaluated once more with traced
numbers. Where a traced value is not the graph's own, the graph's stands in its place, so that a
formula can be missing but never wrong.
"""

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

from archc.diagnostics import Diagnostics
from archc.graph.budget import Budget
from archc.graph.environment import Environment
from archc.graph.evaluate import Evaluator
from archc.graph.graph import Graph, Node, Scope, Use
from archc.graph.trace import Name, plain, rebase, traced
from archc.language.values import SpecValue, Unknown
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Operator
from archc.ops.base.torch_code import Module, TorchCode

_Shape = tuple[Any, ...]


class Trace:
    """The formulas of a sound graph.

    Every formula names the arguments of one class: that of the nearest scope around which is one.
    A rewritten graph is no longer what its spec says, and has no formulas: numbers in which the
    uses of a class differ become arguments of the class.

    Args:
        graph: the network.
        classes: the scopes that become classes; the root is one in any case.
    """

    def __init__(self, graph: Graph, classes: Iterable[Scope]) -> None:
        self._graph = graph
        self._classes = {graph.root, *classes}
        self._evaluator = Evaluator(
            Diagnostics(), Budget(graph.input.span, inf)
        )  # it was expanded once
        self._homes: dict[Scope, Scope] = {}
        self._given: dict[Scope, dict[str, Any]] = {}
        self._values: dict[tuple[Use | None, Scope], Mapping[str, Any]] = {}
        self._operators: dict[Node, Operator] = {}
        self._shapes: dict[Node, _Shape] = {}
        for node in graph.nodes:  # in topological order: what a node reads is known before it
            self._trace(node)

    def home(self, scope: Scope) -> Scope:
        """Return the class in whose terms a scope's own nodes are: the scope, or one around it."""
        if scope not in self._homes:
            if scope in self._classes or scope.parent is None:
                self._homes[scope] = scope
            else:
                self._homes[scope] = self.home(scope.parent)
        return self._homes[scope]

    def given(self, scope: Scope) -> Mapping[str, Any]:
        """Return what an instance of a class is given, in terms of the class around it."""
        if scope not in self._given:
            self._given[scope] = {} if self._bare(scope) else self._arguments_of(scope)
        return self._given[scope]

    def code(self, node: Node) -> TorchCode:
        """Return how a node is written in PyTorch, with the formulas of its class."""
        true = node.operator.torch(node.operand)
        if not isinstance(true, Module):
            return true
        operator, home = self._operators[node], self._home_of(node)
        return _agreed_code(operator.torch(self._operand(node, home)), true)

    def shape(self, child: Node | Scope) -> _Shape:
        """Return the shape that a child gives, in terms of the class that it stands in."""
        if isinstance(child, Node):
            return self._shapes[child]
        assert child.parent is not None
        return self._seen(child.exit, self.home(child.parent))

    def _bare(self, scope: Scope) -> bool:
        return scope.parent is None or self._graph.rewritten

    def _home_of(self, node: Node) -> Scope:
        return self.home(node.scope)

    def _trace(self, node: Node) -> None:
        home = self._home_of(node)
        self._operators[node] = self._operator(node, node.operator, home)
        shape = self._operators[node].shape(self._operand(node, home))
        self._shapes[node] = _agreed(shape, node.shape)

    def _operand(self, node: Node, home: Scope) -> Any:
        """Return what a node's rules are asked about, as `Node.operand` does."""
        shapes = tuple(self._seen(read, home) for read in node.reads)
        return shapes if node.operator.joins else shapes[0]

    def _operator(self, node: Node, true: Operator, home: Scope) -> Operator:
        """Return a node's operator with traced settings."""
        written = node.written
        if written is None or written.operator.ready is not None or self._graph.rewritten:
            return true
        env = self._environment(written.reads, written.use, written.copy, home)
        settings = {}
        for name, kind in true.kinds.items():
            settings[name] = value = getattr(true, name)
            if name in written.operator.settings:
                found = self._evaluate(written.operator.settings[name], env)
                settings[name] = _agreed(kind.accept(found), value)
        return type(true)(**settings)

    def _environment(
        self, reads: Node, use: Use | None, index: int | None, home: Scope
    ) -> Environment:
        """Return what settings can name that are written in the body of a use."""
        own = self._seen(use.reads if use else self._graph.input, home)
        return Environment(self._parameters(use, home), self._seen(reads, home), own, index)

    def _evaluate(self, given: SpecValue, env: Environment) -> Any:
        return self._evaluator.evaluate(given, env, None)

    # Values in terms of a class

    def _seen(self, node: Node, home: Scope) -> _Shape:
        """Return a node's shape in terms of a class: plain where the class does not know it."""
        if self._graph.rewritten:
            return node.shape
        if node is home.entry:
            return self._entry(home, node.shape)
        way = []
        scope = self._home_of(node)
        while scope is not home:
            if scope.parent is None:
                return node.shape  # it comes from outside
            way.append(scope)
            scope = self.home(scope.parent)
        shape = self._shapes[node]
        for scope in way:
            shape = rebase(shape, self.given(scope))
        agreed: _Shape = _agreed(shape, node.shape)
        return agreed

    def _entry(self, home: Scope, shape: _Shape) -> _Shape:
        if home.parent is None:
            return shape
        return (traced(shape[0], Name(_reads(shape))), *shape[1:])

    def _arguments_of(self, scope: Scope) -> dict[str, Any]:
        assert scope.parent is not None
        outer = self.home(scope.parent)
        given: dict[str, Any] = {}
        if scope.use is not None:
            values = self._parameters(scope.use, outer)
            given = {name: values[name] for name in scope.use.block.params}
        shape = self._seen(scope.entry, outer)
        return {**given, _reads(shape): shape[0]}

    def _parameters(self, use: Use | None, home: Scope) -> Mapping[str, Any]:
        """Return what settings inside a use can name, in terms of a class."""
        key = (use, home)
        if key not in self._values:
            self._values[key] = {**self._graph.params, **self._own(use, home)}
        return self._values[key]

    def _own(self, use: Use | None, home: Scope) -> Mapping[str, Any]:
        """Return a use's own parameters: the class's arguments, or what is computed from them."""
        if use is None:
            return {}
        if home.parent is not None and home.use is use:
            return {name: traced(value, Name(name)) for name, value in use.arguments.items()}
        env = self._environment(use.reads, use.outer, use.copy, home)
        given = {name: self._evaluate(setting, env) for name, setting in use.settings.items()}
        found = self._evaluator.arguments(
            use.block, given, self._graph.params, self._seen(use.reads, home), None
        )
        return {name: _agreed(found[name], value) for name, value in use.arguments.items()}


def _reads(shape: _Shape) -> str:
    return "in_features" if len(shape) == 1 else "in_channels"


def _agreed(found: Any, true: Value | Unknown) -> Any:
    """Return a traced value where it is the true one, but for its formula; else the true one."""
    if isinstance(true, tuple):
        pairs = isinstance(found, tuple) and len(found) == len(true)
        return tuple(map(_agreed, found, true)) if pairs else true
    same = type(plain(found)) is type(true) and plain(found) == true
    return found if same else true


def _agreed_code(found: TorchCode, true: Module) -> Module:
    """Return traced code where it calls the same with the same values; else the true code.

    A traced setting is given even where it happens to be torch's default.
    """
    if not isinstance(found, Module) or found.name != true.name:
        return true
    same = list(found.args) == list(true.args)
    kept = all(name in found.kwargs and found.kwargs[name] == v for name, v in true.kwargs.items())
    return found if same and kept else true
