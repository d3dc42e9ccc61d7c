"""Spec → Graph: substitute parameters, expand blocks and repetitions, infer every shape.

Shapes are inferred as nodes are added, because an `if` may ask for the input's channels. A node
that is wrong gets no shape, which silences what follows from it; all the rest is still checked.
"""

from collections.abc import Mapping
from typing import Any

from archc.diagnostics import Diagnostics, Label
from archc.graph.budget import (
    MAX_NODES,
    NODE,
    SCOPE,
    USE,
    VISIT,
    Allowance,
    Exhausted,
    copied,
    letters,
    parameters,
)
from archc.graph.copies import copy_name
from archc.graph.environment import Environment, Frame, Place, Values, environment
from archc.graph.evaluate import Evaluator
from archc.graph.expansion import Expansion, too_many
from archc.graph.graph import Elaborated, Graph, Head, Node, Scope, Use, Written, root_scope
from archc.graph.operations import Operations
from archc.language.model import BlockUse, Body, NodeDecl, OperatorUse, Reference, Spec
from archc.language.values import INDEX, UNKNOWN, SpecValue, Unknown
from archc.ops.base.kinds import Boolean, Value, Whole
from archc.problems.known import Known
from archc.problems.structure import (
    MissingKey,
    NameCollision,
    NumberAmongNames,
    TooManyNodes,
    Unread,
)
from archc.problems.values import UnknownNode
from archc.source import Span

_SIZE, _TIMES = Whole(1), Whole(0)
_CHOICE = Boolean()


def elaborate(
    spec: Spec,
    diagnostics: Diagnostics,
    overrides: Mapping[str, SpecValue],
    input_shape: list[SpecValue] | None = None,
    *,
    exact: bool = False,
    allowance: Allowance | None = None,
) -> Elaborated:
    """Return the network of a spec, expanded.

    Args:
        spec: what the file says.
        diagnostics: where mistakes are reported; after an error there are nodes without shape.
        overrides: values for the file's parameters, by name.
        input_shape: takes the place of the spec's `input:`.
        exact: report inexact strides as errors.
        allowance: what it may cost, if several networks share that.
    """
    elaborator = Elaborator(spec, diagnostics, exact=exact, allowance=allowance)
    return elaborator.network(overrides, input_shape)


class Elaborator:
    """Expands one spec."""

    def __init__(
        self,
        spec: Spec,
        diagnostics: Diagnostics,
        *,
        exact: bool = False,
        allowance: Allowance | None = None,
    ) -> None:
        self._spec = spec
        self._counting, self._budget = allowance or Allowance.of(spec.source)
        self._evaluator = Evaluator(diagnostics, self._budget)
        self._operations = Operations(self._evaluator, spec.init, exact=exact or spec.exact)
        self._nodes: list[Node] = []
        self._taken: dict[tuple[Scope, str], Span] = {}
        self._uncounted: set[Scope] = set()  # how many children these have is not known
        self._names: dict[int, frozenset[str]] = {}
        self._letters: dict[Scope | None, int] = {None: 0}  # of each scope's path
        self._frame: Frame | None = None  # of what is being expanded
        self._file: Values = {}

    def network(
        self, overrides: Mapping[str, SpecValue], input_shape: list[SpecValue] | None
    ) -> Elaborated:
        """Expand the whole spec."""
        spec = self._spec
        values = self._file = self._file_values(overrides)
        root = self._root(values, input_shape)
        known = {name: v for name, v in values.items() if not isinstance(v, Unknown)}
        network = Elaborated(spec, root, known, self._nodes, {}, [])
        if spec.body is None:
            return network
        root.numbered = spec.body.numbered
        if not Expansion(spec, self._evaluator.diagnostics, values, self._counting).fits():
            return network
        self._letters[root] = 0
        try:
            self._expand(network, spec.body, Place(root, {}, root.entry, values, None))
        except Exhausted as exhausted:
            self._evaluator.report(too_many(exhausted), exhausted.span, self._frame)
        return network

    def _expand(self, network: Elaborated, body: Body, place: Place) -> None:
        network.root.exit = self._body(body, place, network.input)
        network.outputs.update(self._outputs(place))
        for head in self._spec.auxiliary:
            if added := self._head(head.node, head.loss_weight, place):
                network.heads.append(added)
        if not self._evaluator.diagnostics.errors:
            self._unread(network.sound())

    # The file's own values

    def _file_values(self, overrides: Mapping[str, SpecValue]) -> dict[str, Value | Unknown]:
        values: dict[str, Value | Unknown] = {}
        for param in self._spec.params.values():
            given = overrides.get(param.name, param.default)
            if given is None:
                advice = f"give it a default, or a value: -p {param.name}=…"
                problem = MissingKey((param.name,), "the network", advice)
                self._evaluator.diagnostics.report(problem, param.span)
            values[param.name] = self._evaluator.evaluate(given, Environment(values, None), None)
        return values

    def _root(self, values: Values, override: list[SpecValue] | None) -> Scope:
        settings = override or self._spec.input
        if settings is None:
            return root_scope(None, self._spec.source.whole())
        env = Environment(values, None)
        sizes = [self._size(given, env) for given in settings]
        first, last = settings[0].span, settings[-1].span
        span = first._replace(end_line=last.end_line, end_column=last.end_column)
        known = not any(isinstance(size, Unknown) for size in sizes)
        return root_scope(tuple(sizes) if known else None, span)

    def _size(self, given: SpecValue, env: Environment) -> Any:
        value = self._evaluator.evaluate(given, env, None)
        return self._evaluator.fit(_SIZE, "input", given, value, env, None)

    # Bodies and nodes

    def _body(self, body: Body, place: Place, entry: Node) -> Node:
        """Add the children of a body; return its result."""
        results: list[Node] = []
        value = entry
        siblings = place.scope.children
        own = body.numbered and place.scope.numbered
        first = len(siblings)
        for child in body.children:
            before = len(siblings)
            value = self._node(child, place, entry if body.join else value, body)
            results.append(value)
            if not own:
                place.names[child.name] = value
                continue
            if place.scope in self._uncounted:
                continue
            for number, added in enumerate(siblings[before:], before - first):
                place.names[str(number)] = added if isinstance(added, Node) else added.exit
        if body.join is None or not results:
            return value
        return self._join(body, place, results)

    def _join(self, body: Body, place: Place, results: list[Node]) -> Node:
        assert body.join is not None
        name = self._claim(place, "join", body.span)
        self._budget.spend(NODE * len(results))
        node = Node(name, place.scope, body.join(), tuple(results), None, body.span)
        self._operations.infer(node, {}, place.frame)
        return self._add(node, place)

    def _node(self, decl: NodeDecl, place: Place, previous: Node, body: Body | None) -> Node:
        self._budget.span, self._frame = decl.span, place.frame
        self._budget.spend(VISIT)
        reads = self._resolve(decl.reads, place, body) if decl.reads else previous
        env = environment(place, reads)
        counted = decl.repeat is not None and self._counts(decl, place)
        chosen = True if counted else self._chosen(decl, place, reads)
        if not chosen or chosen is UNKNOWN:
            return reads if chosen is False else self._unknown(decl, place, reads)
        if decl.repeat is None:
            return self._once(decl, place, reads, decl.name, dissolve=decl.inline, body=body)
        value = self._evaluator.evaluate(decl.repeat, env, place.frame)
        times = self._evaluator.fit(_TIMES, "repeat", decl.repeat, value, env, place.frame)
        if times is UNKNOWN:
            return self._unknown(decl, place, reads)
        if times == 0:
            return reads
        if len(self._nodes) + times > MAX_NODES:
            self._evaluator.report(TooManyNodes(MAX_NODES), decl.repeat.span, place.frame)
            return self._unknown(decl, place, reads)
        return self._repeat(decl, place, reads, times, body)

    def _counts(self, decl: NodeDecl, place: Place) -> bool:
        """Whether the `if` of a repeated node is one of each copy, since it asks for its number."""
        named = decl.condition.names() if decl.condition else ()
        return INDEX in named and INDEX not in place.values

    def _chosen(self, decl: NodeDecl, place: Place, reads: Node) -> Any:
        """Return whether a node exists, as its `if` says."""
        if decl.condition is None:
            return True
        env = environment(place, reads)
        value = self._evaluator.evaluate(decl.condition, env, place.frame)
        return self._evaluator.fit(_CHOICE, "if", decl.condition, value, env, place.frame)

    def _repeat(
        self, decl: NodeDecl, place: Place, reads: Node, count: int, body: Body | None
    ) -> Node:
        assert decl.repeat is not None
        scope = place.scope
        if not decl.inline:
            scope = self._open(decl, place, reads, decl.name)
            scope.numbered = decl.naming is None
        dissolve = decl.inline and isinstance(decl.what, Body)
        counted = self._counts(decl, place)
        value = reads
        for i in range(count):
            self._budget.spend(VISIT)
            frame = Frame(decl.repeat.span, f"repetition {i + 1} of {count}", place.frame)
            inner = place._replace(scope=scope, frame=frame, copy=i)
            chosen = self._chosen(decl, inner, value) if counted else True
            if chosen is False:
                continue
            if chosen is UNKNOWN:
                return self._unknown(decl, inner, value)
            name = copy_name(self._evaluator, decl.naming, inner, value)
            value = self._once(decl, inner, value, name, dissolve=dissolve, body=body)
            if decl.inline and decl.naming:
                place.names[name] = value
        if scope is not place.scope:
            scope.exit = value
        return value

    def _once(
        self,
        decl: NodeDecl,
        place: Place,
        reads: Node,
        name: str,
        *,
        dissolve: bool,
        body: Body | None,
    ) -> Node:
        if isinstance(decl.what, OperatorUse):
            return self._operation(decl, decl.what, place, reads, name, body)
        if isinstance(decl.what, BlockUse):
            return self._block(decl, decl.what, place, reads, name, dissolve)
        if decl.what is None:
            return self._unknown(decl, place, reads)
        inner = place._replace(names={})
        if dissolve:
            return self._body(decl.what, inner, reads)
        scope = self._open(decl, place, reads, name)
        scope.numbered = decl.what.numbered
        return self._fill(scope, decl.what, inner)

    def _open(self, decl: NodeDecl, place: Place, reads: Node, name: str) -> Scope:
        scope = Scope(self._claim(place, name, decl.span), place.scope, decl, reads)
        self._letters[scope] = self._letters[place.scope] + len(scope.name) + 1
        self._budget.spend(SCOPE + letters(self._letters[scope]))
        scope.use = place.use
        place.scope.children.append(scope)
        return scope

    def _fill(self, scope: Scope, body: Body, place: Place) -> Node:
        scope.exit = self._body(body, place._replace(scope=scope), scope.entry)
        return scope.exit

    def _block(
        self,
        decl: NodeDecl,
        use: BlockUse,
        place: Place,
        reads: Node,
        name: str,
        dissolve: bool,
    ) -> Node:
        block = self._spec.blocks[use.block]
        if block.body is None:
            return self._unknown(decl, place, reads)
        self._budget.spend(USE + copied(len(self._spec.params)) + parameters(len(block.params)))
        env, frame = environment(place, reads), place.frame
        given = {k: self._evaluator.evaluate(s, env, frame) for k, s in use.arguments.items()}
        inherited = self._inherited(place)
        arguments = self._evaluator.arguments(block, given, inherited, reads.inferred, frame)
        expanded = Use(block, use.arguments, arguments, reads, place.use, place.copy)
        values = {**inherited, **arguments}
        if dissolve or block.inline:
            frame = Frame(use.span, f"in block `{block.name}`, used here", place.frame)
            inner = Place(place.scope, {}, reads, values, frame, expanded)
            return self._body(block.body, inner, reads)
        scope = self._open(decl, place, reads, name)
        scope.block, scope.use = block, expanded
        scope.arguments = {k: v for k, v in arguments.items() if not isinstance(v, Unknown)}
        scope.numbered = block.body.numbered
        frame = Frame(use.span, scope, place.frame)
        return self._fill(scope, block.body, Place(scope, {}, reads, values, frame, expanded))

    def _inherited(self, place: Place) -> dict[str, Value | Unknown]:
        """Return the file's parameters, whatever the block around calls its own by their names."""
        hidden = place.use.block.params if place.use else {}
        return {
            name: self._file[name] if name in hidden else place.values[name] for name in self._file
        }

    # Operations

    def _operation(
        self,
        decl: NodeDecl,
        use: OperatorUse,
        place: Place,
        reads: Node,
        name: str,
        body: Body | None,
    ) -> Node:
        self._budget.spend(NODE * len(use.joined))
        read = tuple(self._resolve(name, place, body) for name in use.joined) or (reads,)
        claimed = self._claim(place, name, decl.span)
        operator = self._operations.build(use, place, reads)
        node = Node(claimed, place.scope, operator, read, None, use.span)
        node.written = Written(use, reads, place.use, place.copy)
        self._operations.infer(node, use.settings, place.frame)
        self._operations.initialise(node, decl.init, place.frame)
        return self._add(node, place)

    def _add(self, node: Node, place: Place) -> Node:
        if len(self._nodes) == MAX_NODES:
            raise Exhausted(self._budget.span, nodes=True)
        self._budget.spend(NODE + letters(self._letters[place.scope] + len(node.name)))
        node.index = len(self._nodes)
        self._nodes.append(node)
        place.scope.children.append(node)
        return node

    # Names

    def _claim(self, place: Place, name: str, span: Span) -> str:
        """Return the name of a new child of the place's scope, which must be free."""
        scope = place.scope
        if scope.numbered:
            return str(len(scope.children))
        if name.isdecimal():
            if span not in self._evaluator.diagnostics:  # an invalid name was reported before
                self._evaluator.report(NumberAmongNames(name), span, place.frame)
            return name
        taken = self._taken.get((scope, name))
        if taken is None:
            self._taken[scope, name] = span
            return name
        labels = [Label(taken, "the other is here")] if taken != span else []
        problem = NameCollision(name, "another node of the same module")
        self._evaluator.report(problem, span, place.frame, labels)
        return name

    def _resolve(self, reference: Reference, place: Place, body: Body | None) -> Node:
        """Return the node that a reference names, or an unknown one."""
        if reference.name == "input":
            return place.origin
        if reference.name in place.names:
            return place.names[reference.name]
        unknown = Node(reference.name, place.scope, None, (), None, reference.span)
        if reference.name.isdecimal() and place.scope in self._uncounted:
            return unknown
        later = body is not None and reference.name in self._declared(body)
        known = Known(("input",), place.names)
        self._evaluator.report(
            UnknownNode(reference.name, known, later), reference.span, place.frame
        )
        return unknown

    def _declared(self, body: Body) -> frozenset[str]:
        """Return the names of a body's children."""
        if id(body) not in self._names:
            self._names[id(body)] = frozenset(child.name for child in body.children)
        return self._names[id(body)]

    def _unknown(self, decl: NodeDecl, place: Place, reads: Node) -> Node:
        """Return what stands for a child that is wrong; in a list it keeps its number."""
        node = Node(decl.name, place.scope, None, (reads,), None, decl.span)
        if place.scope.numbered:
            place.scope.children.append(node)
            block = (
                self._spec.blocks.get(decl.what.block) if isinstance(decl.what, BlockUse) else None
            )
            if decl.inline or decl.condition is not None or (block is not None and block.inline):
                self._uncounted.add(place.scope)
        return node

    # Outputs and heads

    def _outputs(self, place: Place) -> dict[str, Node]:
        if not self._spec.outputs:
            return {"": place.scope.exit}
        return {name: self._resolve(read, place, None) for name, read in self._spec.outputs}

    def _head(self, decl: NodeDecl, loss_weight: float, place: Place) -> Head | None:
        if decl.reads is None:
            return None
        source = self._resolve(decl.reads, place, None)
        before = len(place.scope.children)
        self._node(decl, place, source, None)
        added = place.scope.children[before:]
        if len(added) != 1:
            return None
        if isinstance(added[0], Scope):
            added[0].auxiliary = True
        return Head(decl.name, added[0], source, loss_weight)

    def _unread(self, graph: Graph) -> None:
        """Warn of values that are computed for nothing."""
        read = {*graph.readers, *graph.results}
        for node in graph.nodes:
            if node in read:
                continue
            name, span = node.name, node.span
            for scope in node.ancestors():
                if scope.exit is not node or scope.decl is None:
                    break
                name, span = scope.name, scope.decl.span
            self._evaluator.diagnostics.report(Unread(name), span)
