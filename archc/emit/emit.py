"""Graph → the source of a Python module that imports torch alone."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import PurePath
from typing import NamedTuple

from archc.analyses.cost import cost
from archc.analyses.inplace import inplace
from archc.emit.classes import Group, class_scopes, returns_several, torch_code
from archc.emit.classes import group as group_scopes
from archc.emit.constructors import Constructors, sequence
from archc.emit.forward import Forward
from archc.emit.imports import NAMED_TUPLE, NN, ORDERED_DICT, TORCH, Import, import_lines
from archc.emit.initialise import NAME, initialiser
from archc.emit.layout import INDENT, CallCode, Code, keyword, lay_out, statement
from archc.emit.names import NamePool, argument
from archc.emit.runtime_text import RuntimeText, runtime_texts
from archc.emit.shapes import ShapeTexts
from archc.emit.validity import require_valid
from archc.graph.graph import Graph, Node, Scope
from archc.graph.tracer import Trace
from archc.ops.base.torch_code import Function, Module
from archc.problems.shapes import shape_text

_BODY = INDENT * 2
_FIELDS = ("output", "main", "logits", "result")
"""What the output is called that has no name, beside heads: the first that no head has."""


class Emitted(NamedTuple):
    """A module's source, and the name of the network's class in it."""

    source: str
    class_name: str


def emit(graph: Graph) -> Emitted:
    """Return a sound graph as Python.

    One class a block and chains as ``nn.Sequential``; the network's class takes no arguments.
    Attributes bear the names of the spec, so that the spec decides every key of ``state_dict``.

    Raises:
        InternalError: what came out is no Python, which is a mistake of the emitter.
    """
    emitted = _Emitter(graph).module()
    require_valid(emitted.source, graph.spec.source.name)
    return emitted


class _Emitter:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._inplace = inplace(graph)
        self._runtime = _runtime(graph)
        defined = {name for one in self._runtime for name in one.names}
        defined |= {one.binds for text in self._runtime for one in text.imports}
        self._pool = NamePool(_names(graph) | defined | {NAME})
        self._trace = Trace(graph, class_scopes(graph.root))
        self._shapes = ShapeTexts(self._trace)
        self._classes = group_scopes(graph, self._trace, self._inplace, self._pool)
        self._calls = Constructors(self._trace, self._classes, self._inplace, self._shapes).calls
        self._root = self._classes[graph.root]

    def module(self) -> Emitted:
        parts = [*(one.text for one in self._runtime), self._tuples()]
        groups = list(dict.fromkeys(self._classes.values()))
        initialise = initialiser(self._graph, self._classes)
        parts += [self._class(group, bool(initialise)) for group in groups[:-1]]
        if initialise:
            parts.append("\n".join(initialise))
        parts.append(self._class(self._root, bool(initialise)))
        body = "\n\n\n".join(part for part in parts if part)
        gap = "\n" * (self._runtime[0].gap if self._runtime else 2)
        return Emitted(f"{self._header()}\n{gap}{body}\n", self._root.name)

    def _header(self) -> str:
        return "\n".join([f'"""{self._title()}"""', "", *import_lines(self._imports())])

    def _imports(self) -> Iterator[Import]:
        yield NN
        for text in self._runtime:
            yield from text.imports
        calls = [call for group in self._calls for call in self._built(group)]
        if any(_calls(call, ORDERED_DICT.name) for call in calls):
            yield ORDERED_DICT
        if returns_several(self._graph):
            yield NAMED_TUPLE
        if self._needs_torch():
            yield TORCH

    def _built(self, group: Group) -> Sequence[CallCode]:
        """Return the calls that build a class's children, as they are written."""
        calls = self._calls[group]
        return sequence(calls) if group.sequential else [call for _, call in calls]

    def _needs_torch(self) -> bool:
        """Whether more than layers is torch's: types, functions, layouts."""
        if self._graph.channels_last or returns_several(self._graph):
            return True
        return any(isinstance(torch_code(node), Function) for node in self._graph.nodes)

    def _title(self) -> str:
        shape = shape_text(self._graph.input.shape)
        name = self._graph.name.strip() or "A network"
        file = PurePath(self._graph.spec.source.name).name
        shown = "".join(c for c in file if c.isalnum() or c in "_-. <>")
        total = cost(self._graph).total
        return (
            f"{name} for {shape} inputs, compiled by archc from {shown}.\n\n"
            f"{total.params:,} parameters, {total.macs:,} multiply-accumulates a sample.\n"
        )

    def _tuples(self) -> str:
        """Write the named tuples that several results are returned in."""
        if not returns_several(self._graph):
            return ""
        heads = [head.name for head in self._graph.heads]
        outputs = [name or self._output_field() for name in self._graph.outputs]
        parts = []
        self._evaluated = self._trained = ""
        if self._names_outputs:
            self._evaluated = self._pool.unique("Outputs")
            parts.append(_named_tuple(self._evaluated, "The outputs of the network.", outputs))
        if heads:
            self._trained = self._pool.unique("TrainingOutputs")
            doc = "The outputs of the network in training mode."
            parts.append(_named_tuple(self._trained, doc, [*outputs, *heads]))
        return "\n\n\n".join(parts)

    @property
    def _names_outputs(self) -> bool:
        """Whether outputs have names, so that even one is returned in a named tuple."""
        return list(self._graph.outputs) != [""]

    def _output_field(self) -> str:
        taken = {head.name for head in self._graph.heads}
        if (name := next((n for n in _FIELDS if n not in taken), None)) is not None:
            return name
        numbered = (f"{_FIELDS[0]}{number}" for number in count(2))
        return next(name for name in numbered if name not in taken)

    def _class(self, group: Group, initialises: bool) -> str:
        is_root = group is self._root
        if group.sequential:
            return self._sequential(group, is_root and initialises)
        base = "nn.ModuleDict" if group.first.numbered else "nn.Module"
        lines = self._opening(group, base)
        last = "self.to(memory_format=torch.channels_last)" if self._lays_out(group) else ""
        applied = f"self.apply({NAME})" if is_root and initialises else ""
        lines += self._init(group, [line for line in (applied, last) if line])
        forward = self._forward(group, is_root)
        signature = CallCode("def forward", ("self", *forward.arguments))
        lines.append(lay_out(signature, INDENT, after=":"))
        if self._lays_out(group):
            read = forward.arguments[0]
            call = f"{read}.contiguous(memory_format=torch.channels_last)"
            lines.append(f"{_BODY}{read} = {call}")
        lines += forward.lines(_BODY)
        if not forward.returned:
            lines += self._ending(forward) if is_root else [self._return(forward)]
        return "\n".join(lines)

    def _sequential(self, group: Group, initialises: bool) -> str:
        """Write a chain with numbered children, which needs no ``forward`` of its own."""
        calls = self._built(group)
        call = CallCode("super().__init__", tuple(calls), exploded=len(calls) > 1)
        lines = [*self._opening(group, "nn.Sequential"), self._signature(group)]
        lines.append(lay_out(call, _BODY))
        if initialises:
            lines.append(f"{_BODY}self.apply({NAME})")
        return "\n".join(lines)

    def _opening(self, group: Group, base: str) -> list[str]:
        opening = lay_out(CallCode(f"class {group.name}", (base,)), "", after=":")
        return [opening, f'{INDENT}"""{self._doc(group)}"""', ""]

    def _signature(self, group: Group) -> str:
        parameters: list[Code] = []
        for name in group.parameters:
            default = group.defaults.get(name)
            word = argument(name)
            parameters.append(word if default is None else keyword(word, default))
        return lay_out(CallCode("def __init__", ("self", *parameters)), INDENT, after=":")

    def _doc(self, group: Group) -> str:
        if group is self._root:
            return f"The network `{self._graph.name}`." if self._graph.name else "The network."
        block = group.first.block
        what = f"The block `{block.name}`" if block else "A part of the network"
        others = len(group.scopes) - 1
        return f"{what}: {group.first.path}{f' and {others} more' if others else ''}."

    def _lays_out(self, group: Group) -> bool:
        """Whether a class brings its input and its kernels into the network's layout."""
        return group is self._root and self._graph.channels_last

    def _init(self, group: Group, ending: list[str]) -> list[str]:
        children = self._calls[group]
        if not children and not ending:
            return []
        lines = [self._signature(group), f"{_BODY}super().__init__()"]
        for name, call in children:
            lines.append(_registered(name, call, numbered=group.first.numbered))
        return [*lines, *(f"{_BODY}{line}" for line in ending), ""]

    def _forward(self, group: Group, is_root: bool) -> Forward:
        scope = group.first
        comment = self._comment(group)
        if not is_root:
            return Forward(scope, [scope.exit], self._inplace, comment)
        heads: dict[Node, list[Node | Scope]] = {}
        for head in self._graph.heads:
            heads.setdefault(head.source, []).append(head.child)
        results = list(self._graph.results)
        bare = not returns_several(self._graph)
        return Forward(scope, results, self._inplace, comment, heads, bare)

    def _comment(self, group: Group) -> Callable[[Node | Scope], str]:
        """Return the function that writes the output shape of a child, in all uses."""
        places = {child: i for i, child in enumerate(group.first.children)}

        def comment(child: Node | Scope) -> str:
            same = [scope.children[places[child]] for scope in group.scopes]
            return self._shapes.text(same, group.parameters)

        return comment

    def _return(self, forward: Forward) -> str:
        return statement(forward.names[forward.scope.exit], _BODY, "return ")

    def _ending(self, forward: Forward) -> list[str]:
        names = [forward.names[node] for node in forward.results]
        outputs = names[: len(self._graph.outputs)]
        lines = []
        if self._graph.heads:
            call = CallCode(self._trained, tuple(names))
            lines.append(f"{_BODY}if self.training:")
            lines.append(statement(call, _BODY + INDENT, "return "))
        if not self._names_outputs:
            return [*lines, statement(outputs[0], _BODY, "return ")]
        return [*lines, statement(CallCode(self._evaluated, tuple(outputs)), _BODY, "return ")]


def _registered(name: str, call: CallCode, *, numbered: bool) -> str:
    """Return the line that makes a layer a child; what Python cannot spell is named by a text."""
    if numbered or name.isidentifier():
        return statement(call, _BODY, f'self["{name}"] = ' if numbered else f"self.{name} = ")
    return statement(CallCode("self.add_module", (f'"{name}"', call)), _BODY, "")


def _names(graph: Graph) -> set[str]:
    """Return every name that the spec uses, so that no class hides one."""
    names = {child.name for child in graph.nodes}
    for block in graph.spec.blocks.values():
        names |= set(block.params)
    scopes = [graph.root]
    while scopes:
        inner = [child for child in scopes.pop().children if isinstance(child, Scope)]
        names |= {child.name for child in inner}
        scopes += inner
    return names


def _runtime(graph: Graph) -> list[RuntimeText]:
    """Return the texts of the layers that torch.nn does not have, each once."""
    codes = [torch_code(node) for node in graph.nodes]
    return runtime_texts(
        code.runtime for code in codes if isinstance(code, Module) and code.runtime
    )


def _calls(code: Code, callee: str) -> bool:
    """Whether a call is one of `callee`, or holds one."""
    if not isinstance(code, CallCode):
        return False
    return code.callee == callee or any(_calls(inner, callee) for inner in code.arguments)


def _named_tuple(name: str, doc: str, fields: list[str]) -> str:
    lines = [f"class {name}(NamedTuple):", f'{INDENT}"""{doc}"""', ""]
    return "\n".join([*lines, *(statement("torch.Tensor", INDENT, f"{one}: ") for one in fields)])
