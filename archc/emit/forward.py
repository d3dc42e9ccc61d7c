"""The body of ``forward``: one line an operation, with its output shape beside it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from archc.emit.classes import externals, is_empty, torch_code
from archc.emit.layout import (
    INDENT,
    CallCode,
    Code,
    Operation,
    fits,
    flat,
    statement,
)
from archc.emit.names import attribute, spelled
from archc.graph.graph import Node, Scope
from archc.ops.base.torch_code import Function, Infix, SliceCode

_MOST_OPERANDS = 100
"""Longer sums are taken apart: Python compiles expressions of some thousand levels at most."""


@dataclass
class Step:
    """One child of a scope as a line of ``forward``."""

    child: Node | Scope
    reads: list[Node]
    output: Node
    guarded: bool = False

    @property
    def passes(self) -> bool:
        """Whether its output is a value that exists already, whatever else it computes."""
        return self.output in self.reads


@dataclass
class Forward:
    """Writes the lines of one class.

    Args:
        scope: the scope that represents the class.
        results: the values that it returns.
        inplace: the operations that overwrite their input.
        comment: returns the text of the shape that a child outputs.
        heads: the children that run right after a value, in training mode.
        bare: whether a single result is returned as it is, and not in a tuple.
    """

    scope: Scope
    results: list[Node]
    inplace: frozenset[Node]
    comment: Callable[[Node | Scope], str]
    heads: Mapping[Node, list[Node | Scope]] = field(default_factory=dict)
    bare: bool = True

    def __post_init__(self) -> None:
        self._own = _own_names(self.scope)
        self._steps = self._order()
        self._uses = self._count_uses()
        self._begin()
        self.arguments = list(self.names.values())
        # `x` runs through the class unless its input is still needed after the first line.
        alone = self._uses.get(self.scope.entry, []) == [0]
        chains = iter((self.names[self.scope.entry],)) if alone else _chains()
        allocations = map(self._allocate, chains)
        self._variables = next(found for found in allocations if found is not None)

    def _begin(self) -> None:
        """Name what is read from outside, before the first line."""
        taken = set(self._own.values())
        self.names: dict[Node, str] = {}
        for node in externals(self.scope) or [self.scope.entry]:
            name = "x" if node is self.scope.entry else "outer"
            while name in taken:
                name += "_"
            taken.add(name)
            self.names[node] = name

    def lines(self, indent: str) -> list[str]:
        """Return the lines up to the last; a single result is returned in it."""
        self._begin()
        lines: list[str] = []
        guarded = False
        for position, step in enumerate(self._steps):
            if step.guarded and not guarded:
                lines.append(f"{indent}if self.training:")
            guarded = step.guarded
            lines += self._lines(position, step, indent + INDENT * guarded)
        return lines

    def _lines(self, position: int, step: Step, indent: str) -> Iterator[str]:
        code = self._code(step)
        name = self._variables[position]
        if isinstance(code, Operation) and step.child in self.inplace:
            symbol, (_, other) = code.symbols[0], code.operands
            before, code = f"{name} {symbol}= ", other
        elif position == len(self._steps) - 1 and self._is_result(step):
            before = "return "
        else:
            before = f"{name} = " if name else ""
        if isinstance(code, Operation):
            own = self._own[step.child]  # no operand is called so
            *parts, code = _parts(code, own)
            yield from (statement(part, indent, f"{own} = ") for part in parts)
        if name:
            self._hold(step.output, name)
        yield self._commented(code, indent, before, self.comment(step.child))

    def _commented(self, code: Code, indent: str, before: str, comment: str) -> str:
        if isinstance(code, CallCode):
            return statement(code._replace(comment=comment), indent, before)
        commented = f"{indent}{before}{flat(code)}  # {comment}"
        return commented if fits(commented) else statement(code, indent, before)

    @property
    def returned(self) -> bool:
        """Whether the last line returns the result already."""
        last = self._steps[-1:] and self._steps[-1]
        if not last or not self._is_result(last):
            return False
        code = torch_code(last.child) if isinstance(last.child, Node) else None
        return not (last.child in self.inplace and isinstance(code, Infix))

    def _is_result(self, step: Step) -> bool:
        return self.bare and self.results == [step.output]

    def _order(self) -> list[Step]:
        heads = {child for children in self.heads.values() for child in children}
        waiting = dict(self.heads)  # a body's output may be a value from before it
        steps = [self._step(h, guarded=True) for h in waiting.pop(self.scope.entry, [])]
        for child in self.scope.children:
            if child in heads:
                continue
            step = self._step(child)
            steps.append(step)
            steps += [self._step(h, guarded=True) for h in waiting.pop(step.output, [])]
        return [step for step in steps if isinstance(step.child, Node) or not is_empty(step.child)]

    def _step(self, child: Node | Scope, *, guarded: bool = False) -> Step:
        if isinstance(child, Node):
            return Step(child, list(child.reads), child, guarded)
        return Step(child, externals(child), child.exit, guarded)

    def _count_uses(self) -> dict[Node, list[int]]:
        found: dict[Node, list[int]] = {}
        for position, step in enumerate(self._steps):
            for node in step.reads:
                found.setdefault(node, []).append(position)
        for node in self.results:
            found.setdefault(node, []).append(len(self._steps))
        return found

    def _allocate(self, chain: str) -> list[str] | None:
        """Choose every step's variable; None where a step's own name is the chain's."""
        variables = []
        for position, step in enumerate(self._steps):
            if step.passes:
                variables.append("")
                continue
            name = self._variable(position, step, chain)
            if name is None:
                name = self._own[step.child]
                if name == chain:
                    self._begin()
                    return None
            variables.append(name)
            self._hold(step.output, name)
        return variables

    def _variable(self, position: int, step: Step, chain: str) -> str | None:
        """Return the chain's variable where a step can have it: None means its own name."""
        if step.child in self.inplace and len(step.reads) > 1:
            return self.names[step.reads[0]]
        uses = self._uses.get(step.output, [])
        if step.guarded or len(uses) > 1:
            return None
        holders = [node for node, name in self.names.items() if name == chain]
        if any(use > position for node in holders for use in self._uses.get(node, [])):
            return None
        continues = any(self.names[read] == chain for read in step.reads)
        following = self._steps[position + 1].reads if position + 1 < len(self._steps) else []
        read_next = following == [step.output] or uses == [len(self._steps)]
        return chain if continues or read_next else None

    def _hold(self, node: Node, name: str) -> None:
        self.names = {other: held for other, held in self.names.items() if held != name}
        self.names[node] = name

    def _code(self, step: Step) -> Code:
        reads = [self.names[node] for node in step.reads]
        if isinstance(step.child, Node):
            code = torch_code(step.child)
            if isinstance(code, Infix):
                symbols = (code.symbol,) * (len(reads) - 1)
                return Operation(tuple(reads), symbols) if symbols else reads[0]
            if isinstance(code, SliceCode):
                return CallCode(reads[0], (":", f"{code.start}:{code.stop}"), brackets="[]")
            if isinstance(code, Function):
                settings = [f"{name}={value!r}" for name, value in code.kwargs.items()]
                return CallCode(code.name, (CallCode("", tuple(reads), brackets="[]"), *settings))
        name = step.child.name
        called = f'self["{name}"]' if self.scope.numbered else attribute(name)
        return CallCode(called, tuple(reads))


def _parts(code: Operation, variable: str) -> list[Operation]:
    """Return an operation as several, each of which but the first begins with `variable`."""
    most = _MOST_OPERANDS
    found = [Operation(code.operands[:most], code.symbols[: most - 1])]
    for begin in range(most, len(code.operands), most):
        operands = code.operands[begin : begin + most]
        found.append(Operation((variable, *operands), code.symbols[begin - 1 : begin - 1 + most]))
    return found


def _own_names(scope: Scope) -> dict[Node | Scope, str]:
    """Return what the variable of each child is called that has one of its own."""
    found: dict[Node | Scope, str] = {}
    taken = {child.name for child in scope.children}
    for child in scope.children:
        name = f"x{child.name}" if child.name.isdecimal() else spelled(child.name)
        while name != child.name and name in taken:
            name += "_"
        taken.add(name)
        found[child] = name
    return found


def _chains() -> Iterator[str]:
    """Yield names for the value that runs through a class, until one is free."""
    yield from ("out", "y", "z", "value")
    yield from (f"value{number}" for number in count(2))
