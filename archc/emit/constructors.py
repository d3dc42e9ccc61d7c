"""What each class builds in ``__init__``, with arguments where its instances differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from archc.emit.classes import Group, is_empty, torch_code
from archc.emit.imports import ORDERED_DICT
from archc.emit.layout import CallCode, Code, flat, keyword
from archc.emit.literals import names_in, written
from archc.emit.names import argument, spelled
from archc.emit.shapes import ShapeTexts
from archc.graph.graph import Node, Scope
from archc.graph.trace import plain, rebase
from archc.graph.tracer import Trace
from archc.ops.base.torch_code import Module

_WORTH_A_LOOP = 3  # so many equal children in a row are shorter as a comprehension
_LOOP_WIDTH = 50

_READ = ("in_channels", "in_features")


class Slot(NamedTuple):
    """One argument of a constructor, in one instance.

    Args:
        keyword: its keyword, or an empty text where it is positional.
        hint: the name that it gets if it must become an argument of the class.
        value: the value, traced in terms of the class around it.
        true: the value as the plain elaboration has it.
        default: the code that may be left out.
    """

    keyword: str
    hint: str
    value: Any
    true: Any
    default: Code | None = None


@dataclass
class Build:
    """What builds one child: a layer of torch.nn, an nn.Sequential, or an instance of a class."""

    child: Node | Scope
    callee: str
    slots: list[Slot] = field(default_factory=list)
    children: "list[tuple[str, Build]]" = field(default_factory=list)
    numbered: bool = True


@dataclass
class Merged:
    """One child in all instances of a class: the call that builds it, its shape still unsaid.

    An nn.Sequential has what it is built of in place of the call.
    """

    name: str
    children: list[Node | Scope]
    call: CallCode | None
    inner: "list[Merged]" = field(default_factory=list)
    numbered: bool = True


class Constructors:
    """Works class by class, inner ones first, since a class decides what its uses must pass.

    `calls` then holds, for every class, the calls that build its children, by name.
    """

    def __init__(
        self,
        trace: Trace,
        classes: Mapping[Scope, Group],
        inplace: frozenset[Node],
        shapes: ShapeTexts,
    ) -> None:
        self._trace = trace
        self._classes = classes
        self._inplace = inplace
        self._shapes = shapes
        self._passed: dict[Scope, dict[str, Slot]] = {}
        self.calls: dict[Group, list[tuple[str, CallCode]]] = {}
        for group in dict.fromkeys(classes.values()):
            self.calls[group] = self._merge(group)

    def _merge(self, group: Group) -> list[tuple[str, CallCode]]:
        given = [self._trace.given(scope) for scope in group.scopes]
        builds = [list(self._builds(scope)) for scope in group.scopes]
        merger = _Merger(given)
        children = merger.children(builds)
        self._declare(group, merger)
        for scope, arguments, extra in zip(group.scopes, given, merger.extra, strict=True):
            self._passed[scope] = {**_as_slots(arguments), **extra}
        return _commented(children, self._comment(group), shown=group.sequential)

    def _comment(self, group: Group) -> Callable[[Sequence[Node | Scope]], str]:
        return lambda children: self._shapes.text(children, group.parameters)

    def _declare(self, group: Group, merger: "_Merger") -> None:
        """Decide the class's parameters: what it reads, the block's own, then what differs."""
        block = group.first.block
        used = merger.used
        for name in [*merger.given[0]]:
            param = block.params.get(name) if block else None
            default = param.default if param else None
            if name in used and default is not None and default.constant:
                group.defaults[name] = written(default.value)
        required = [name for name in merger.given[0] if name in used and name not in group.defaults]
        required.sort(key=lambda name: name not in _READ)
        group.parameters = [*required, *merger.extra[0], *group.defaults]

    def _builds(self, scope: Scope) -> Iterator[tuple[str, Build]]:
        for child in scope.children:
            if isinstance(child, Scope):
                yield child.name, self._scope(child)
            elif isinstance(torch_code(child), Module):
                yield child.name, self._layer(child)

    def _scope(self, scope: Scope) -> Build:
        if is_empty(scope):
            return Build(scope, "nn.Identity")  # keeps the numbers of its siblings
        group = self._classes.get(scope)
        if group is None:
            children = list(self._builds(scope))
            return Build(scope, "nn.Sequential", [], children, scope.numbered)
        slots = []
        for name in group.parameters:
            default = group.defaults.get(name)
            word = "" if default is None else argument(name)
            slot = self._passed[scope][name]
            slots.append(slot._replace(keyword=word, hint=name, default=default))
        return Build(scope, group.name, slots)

    def _layer(self, node: Node) -> Build:
        code, true = self._trace.code(node), torch_code(node)
        assert isinstance(code, Module)
        assert isinstance(true, Module)
        positional = zip(_hints(node, true), code.args, true.args, strict=True)
        slots = [Slot("", hint, value, known) for hint, value, known in positional]
        for name, value in code.kwargs.items():
            # A traced value is written even where it happens to be torch's default.
            known = true.kwargs.get(name, plain(value))
            slots.append(Slot(name, name, value, known))
        if node in self._inplace:
            slots.append(Slot("inplace", "inplace", True, True))
        return Build(node, true.callee, slots)


def _as_slots(arguments: Mapping[str, Any]) -> dict[str, Slot]:
    return {name: Slot("", name, value, plain(value)) for name, value in arguments.items()}


def _hints(node: Node, code: Module) -> list[str]:
    """Name the positional arguments of a layer: what it reads, or the setting that it is."""
    read = node.operand[0]
    hints: list[str] = []
    for value in code.args:
        reads = _READ[len(node.operand) == 1]
        if value == read and reads not in hints:
            hints.append(reads)
            continue
        settings = vars(node.operator)
        hints.append(next((name for name in settings if settings[name] == value), "size"))
    return hints


class _Merger:
    """Brings the builds of all instances of a class together into the calls of that class."""

    def __init__(self, given: Sequence[Mapping[str, Any]]) -> None:
        self.given = given
        self.used: set[str] = set()
        self.extra: list[dict[str, Slot]] = [{} for _ in given]
        self._known = [{name: plain(v) for name, v in one.items()} for one in given]

    def children(
        self, instances: Sequence[list[tuple[str, Build]]], path: str = ""
    ) -> list[Merged]:
        """Return how the children of a scope are built, in every instance."""
        return [
            self._merge(same[0][0], [build for _, build in same], path)
            for same in zip(*instances, strict=True)
        ]

    def _merge(self, name: str, builds: list[Build], path: str) -> Merged:
        path, children = f"{path}{name}", [build.child for build in builds]
        if builds[0].callee != "nn.Sequential":
            return Merged(name, children, self._call(builds, path))
        inner = self.children([build.children for build in builds], f"{path}_")
        return Merged(name, children, None, inner, builds[0].numbered)

    def _call(self, builds: list[Build], path: str) -> CallCode:
        arguments: list[Code] = []
        for slots in zip(*(build.slots for build in builds), strict=True):
            code = self._slot(list(slots), path)
            if code == slots[0].default:
                continue
            word = slots[0].keyword
            arguments.append(keyword(word, code) if word else code)
        return CallCode(builds[0].callee, tuple(arguments))

    def _slot(self, slots: list[Slot], path: str) -> Code:
        codes = [self._code(slot, known) for slot, known in zip(slots, self._known, strict=True)]
        if len(set(codes)) == 1:
            code, names = codes[0]
            self.used |= names
            return code
        name = f"{'layer' * path[0].isdecimal()}{spelled(path)}_{slots[0].hint}"
        while name in self.given[0] or name in self.extra[0]:
            name += "_"
        for extra, slot in zip(self.extra, slots, strict=True):
            extra[name] = slot._replace(value=slot.true)
        return argument(name)

    def _code(self, slot: Slot, known: Mapping[str, Any]) -> tuple[Code, frozenset[str]]:
        """Return a slot's code where it is right for this instance, else the value itself."""
        try:
            right = rebase(slot.value, known) == slot.true
        except LookupError:
            right = False
        value = slot.value if right else slot.true
        return written(value), names_in(value)


def _commented(
    children: list[Merged], comment: Callable[[Sequence[Node | Scope]], str], *, shown: bool
) -> list[tuple[str, CallCode]]:
    """Return the calls that build the children of a scope, by name.

    Where there is no ``forward`` to say them, the shapes are `shown` beside the children.
    """
    calls = []
    for child in children:
        call = child.call or _sequential(child, comment)
        if shown and len(children) > 1:
            call = call._replace(comment=comment(child.children))
        calls.append((child.name, call))
    return calls


def _sequential(child: Merged, comment: Callable[[Sequence[Node | Scope]], str]) -> CallCode:
    children = _commented(child.inner, comment, shown=True)
    if child.numbered:
        calls = sequence(children)
        return CallCode("nn.Sequential", calls, exploded=len(calls) > 1)
    return CallCode("nn.Sequential", (ordered(children),))


def _counts(names: list[str]) -> bool:
    """Whether names are 0, 1, 2 …: a pass that took one out leaves the others theirs."""
    return names == [str(i) for i in range(len(names))]


def ordered(children: Sequence[tuple[str, CallCode]]) -> CallCode:
    """Return named children as an ``OrderedDict``: of keywords, or of pairs for numbers."""
    exploded = len(children) > 1
    if all(name.isidentifier() for name, _ in children):
        named = tuple(keyword(name, call) for name, call in children)
        return CallCode(ORDERED_DICT.name, named, exploded)
    pairs = tuple(
        CallCode("", (f'"{name}"', call), comment=call.comment) for name, call in children
    )
    return CallCode(ORDERED_DICT.name, (CallCode("", pairs, exploded, brackets="[]"),))


def sequence(children: Sequence[tuple[str, CallCode]]) -> tuple[CallCode, ...]:
    """Return numbered children as the arguments of an ``nn.Sequential``."""
    if _counts([name for name, _ in children]):
        return looped([call for _, call in children])
    return (ordered(children),)


def looped(calls: list[CallCode]) -> tuple[CallCode, ...]:
    """Return calls as arguments, equal ones in a row as a comprehension."""
    found: list[CallCode] = []
    for text, same in groupby(calls, key=flat):
        run = list(same)
        if len(run) >= _WORTH_A_LOOP and len(text) <= _LOOP_WIDTH:
            loop = (run[0]._replace(comment=""), f"for _ in range({len(run)})")
            comment = _loop_comment(run)
            found.append(CallCode("*", loop, brackets="[]", separator="", comment=comment))
        else:
            found += run
    return tuple(found)


def _loop_comment(run: list[CallCode]) -> str:
    """Return the first and the last shape: equal layers without padding shrink on the way."""
    shapes = [shape for shape, _ in groupby(call.comment for call in run)]
    middle = ["…"] * (len(shapes) > 2)
    return " → ".join([shapes[0], *middle, *shapes[1:][-1:]])
