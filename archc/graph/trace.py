"""Numbers that remember how they were computed, and an elaboration that uses them.

To write a block as a class, the emitter must know that a batch norm's 128 channels are the
block's `width`. Nothing needs to be solved for that: the block is elaborated once more with
arguments that are numbers and carry their name, and whatever the rules of the operators compute
from them carries its formula.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archc.diagnostics import Diagnostics
from archc.graph.elaborate import Elaborator
from archc.graph.environment import Values
from archc.graph.graph import Graph, Node, Scope
from archc.language.model import Spec
from archc.language.setting import Setting

MAX_OPERATIONS = 4
"""A longer formula would not be read by anyone: the number becomes an argument instead."""

_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "//": 2, "%": 2}


class Name(NamedTuple):
    """An argument of the class."""

    name: str

    def __str__(self) -> str:
        return self.name


class Item(NamedTuple):
    """One of the two numbers of a pair that is an argument."""

    name: str
    position: int

    def __str__(self) -> str:
        return f"{self.name}[{self.position}]"


class Formula(NamedTuple):
    """An operation on numbers and formulas."""

    symbol: str
    left: "Code | int | float"
    right: "Code | int | float"

    def __str__(self) -> str:
        left = _bracketed(self.left, _PRECEDENCE[self.symbol])
        right = _bracketed(self.right, _PRECEDENCE[self.symbol] + 1)
        return f"{left} {self.symbol} {right}"


Code = Name | Item | Formula


def _bracketed(code: "Code | int | float", precedence: int) -> str:
    loose = isinstance(code, Formula) and _PRECEDENCE[code.symbol] < precedence
    return f"({code})" if loose else str(code)


def _operations(code: "Code | int | float") -> int:
    if not isinstance(code, Formula):
        return 0
    return 1 + _operations(code.left) + _operations(code.right)


def _apply(symbol: str, left: Any, right: Any) -> Any:
    result = _COMPUTE[symbol](left, right)
    if result is NotImplemented:
        return result
    code = Formula(symbol, code_of(left), code_of(right))
    small = _operations(code) <= MAX_OPERATIONS
    return TracedInt(result, code) if small and isinstance(result, int) else result


class TracedInt(int):
    """A whole number with the formula that it came from."""

    code: Code

    def __new__(cls, value: int, code: Code) -> "TracedInt":
        """Return `value` with its formula."""
        traced = super().__new__(cls, value)
        traced.code = code
        return traced

    def __repr__(self) -> str:
        return f"{int(self)}={self.code}"

    def __add__(self, other: Any) -> Any:
        return _apply("+", self, other)

    def __radd__(self, other: Any) -> Any:
        # sum() begins from 0, which no one would write.
        return self if type(other) is int and other == 0 else _apply("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return _apply("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _apply("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return _apply("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _apply("*", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return _apply("//", self, other)

    def __mod__(self, other: Any) -> Any:
        return _apply("%", self, other)


class TracedFloat(float):
    """A fraction that is an argument; what is computed from it is a plain number."""

    code: Code

    def __new__(cls, value: float, code: Code) -> "TracedFloat":
        """Return `value` with its formula."""
        traced = super().__new__(cls, value)
        traced.code = code
        return traced

    def __repr__(self) -> str:
        return f"{float(self)}={self.code}"


class TracedStr(str):
    """A word that is an argument."""

    code: Code

    def __new__(cls, value: str, code: Code) -> "TracedStr":
        """Return `value` with its formula."""
        traced = super().__new__(cls, value)
        traced.code = code
        return traced

    def __repr__(self) -> str:
        return f"{str(self)!r}={self.code}"


_COMPUTE = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "//": int.__floordiv__,
    "%": int.__mod__,
}


def code_of(value: Any) -> Any:
    """Return the formula of a traced value; any other is its own."""
    return getattr(value, "code", value)


def traced(value: Any, code: Code) -> Any:
    """Return `value` with a formula, where its type can carry one: booleans cannot."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return TracedInt(value, code)
    if isinstance(value, float):
        return TracedFloat(value, code)
    if isinstance(value, str):
        return TracedStr(value, code)
    if isinstance(value, tuple) and isinstance(code, Name):
        return tuple(traced(item, Item(code.name, i)) for i, item in enumerate(value))
    return value


def rebase(value: Any, arguments: Mapping[str, Any]) -> Any:
    """Return a traced value in terms of what the arguments in its formula were given.

    Raises:
        LookupError: the formula has an argument that was not given.
    """
    if isinstance(value, tuple | list):
        return type(value)(rebase(item, arguments) for item in value)
    return _evaluate(code_of(value), arguments)


def _evaluate(code: Any, arguments: Mapping[str, Any]) -> Any:
    if isinstance(code, Name):
        return arguments[code.name]
    if isinstance(code, Item):
        return arguments[code.name][code.position]
    if isinstance(code, Formula):
        left, right = _evaluate(code.left, arguments), _evaluate(code.right, arguments)
        return _plain_or_traced(code.symbol, left, right)
    return code


def _plain_or_traced(symbol: str, left: Any, right: Any) -> Any:
    if isinstance(left, TracedInt) or isinstance(right, TracedInt):
        return _apply(symbol, left, right)
    return _COMPUTE[symbol](left, right)


class Tracer(Elaborator):
    """Elaborates a sound spec with traced numbers inside the scopes that become classes.

    Inside such a scope its parameters and the channels (or features) that it reads are named;
    `given` keeps what each was given, in terms of the scope outside.
    """

    def __init__(self, spec: Spec, classes: frozenset[str]) -> None:
        super().__init__(spec, Diagnostics())
        self._classes = classes
        self.given: dict[str, dict[str, Any]] = {}
        self.results: dict[str, Node] = {}

    def enter(self, scope: Scope, values: Values) -> tuple[Node, Values]:
        """Name what the scope's class is given."""
        path = scope.path
        if path not in self._classes or scope.entry.shape is None:
            return scope.entry, values
        given: dict[str, Any] = {}
        inner = dict(values)
        for name, value in values.items():
            if name in scope.arguments or hasattr(value, "code") or _holds_code(value):
                given[name] = value
                inner[name] = traced(plain(value), Name(name))
        name = "in_features" if len(scope.entry.shape) == 1 else "in_channels"
        given[name] = scope.entry.shape[0]
        shape = (traced(int(scope.entry.shape[0]), Name(name)), *map(int, scope.entry.shape[1:]))
        self.given[path] = given
        return Node("input", None, None, (), shape, scope.entry.span), inner

    def leave(self, scope: Scope, result: Node) -> Node:
        """Return the result with its shape in terms of the scope outside."""
        given = self.given.get(scope.path)
        if given is None or result.shape is None:
            return result
        shape = tuple(rebase(size, given) for size in result.shape)
        outside = Node(result.name, None, None, (), shape, result.span)
        self.results[scope.path] = outside
        return outside


def _holds_code(value: Any) -> bool:
    return isinstance(value, tuple) and any(hasattr(item, "code") for item in value)


def plain(value: Any) -> Any:
    """Return a value without formulas."""
    for plain_type in (bool, int, float, str):
        if isinstance(value, plain_type):
            return plain_type(value)
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


class Trace(NamedTuple):
    """A graph elaborated again, traced.

    Args:
        graph: the traced graph; its nodes correspond to the plain graph's by index.
        given: for the path of every scope that is a class, what its class is given.
        results: for every such path, the result in terms of the scope outside.
        scopes: the traced scopes by path.
    """

    graph: Graph
    given: dict[str, dict[str, Any]]
    results: dict[str, Node]
    scopes: dict[str, Scope]

    def node(self, node: Node) -> Node:
        """Return a plain graph's node with the formulas of the class that it stands in."""
        return self.graph.nodes[node.index]

    def shape(self, child: Node | Scope) -> tuple[Any, ...]:
        """Return the shape that a child gives, in terms of the class that it stands in."""
        if isinstance(child, Node):
            return self.node(child).shape or ()
        result = self.results.get(child.path) or self.scopes[child.path].exit
        return result.shape or ()


def trace(graph: Graph, classes: frozenset[str]) -> Trace:
    """Elaborate the spec of a sound graph again; the scopes at the paths `classes` are classes.

    A rewritten graph is no longer what its spec says: it is its own trace, without formulas, and
    numbers in which the uses of a class differ become arguments of the class.
    """
    if graph.rewritten:
        return Trace(graph, {}, {}, {scope.path: scope for scope in graph.root.scopes()})
    tracer = Tracer(graph.spec, classes)
    overrides = {name: Setting(graph.input.span, "", v) for name, v in graph.params.items()}
    assert graph.input.shape is not None
    shape = [Setting(graph.input.span, "", size) for size in graph.input.shape]
    again = tracer.graph(overrides, shape)
    return Trace(again, tracer.given, tracer.results, {s.path: s for s in again.root.scopes()})
