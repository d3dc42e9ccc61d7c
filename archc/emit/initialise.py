"""The function that fills the weights as `init:` says, in the emitted module."""

from collections.abc import Iterable, Mapping
from typing import Any

from archc.emit.classes import Group, torch_code
from archc.emit.layout import INDENT, CallCode, keyword, lay_out
from archc.emit.literals import written
from archc.emit.names import attribute
from archc.graph.graph import Graph, Node, Scope
from archc.language.initialisation import SCHEMES, Init
from archc.ops.base.torch_code import Module

NAME = "init_weights"

_MOST_BRANCHES = 100  # in a row: each is a level deeper, and no module is in two of them


def initialiser(graph: Graph, classes: Mapping[Scope, Group]) -> list[str]:
    """Return the lines of ``init_weights(module)``, or none where torch's defaults stand.

    ``module.apply`` visits inner modules first, so that what a layer says itself, which is
    written at the class that holds it, comes after what the file says for all.
    """
    alike = _alike(graph)
    everywhere = all(_can_fill(graph.spec.init, node) for node in alike)
    branches = [*_for_all(graph, alike)] if everywhere else []
    branches += _for_classes(graph, classes, everywhere)
    if not branches:
        return []
    lines = [f"def {NAME}(module):", f'{INDENT}"""Fill the weights; biases begin at zero."""']
    for i, (condition, body) in enumerate(branches):
        lines.append(lay_out(condition, INDENT, "elif " if i % _MOST_BRANCHES else "if ", ":"))
        lines += body
    return lines


def _alike(graph: Graph) -> list[Node]:
    """Return the layers of the kinds that the file's `init:` is for, in the order of the kinds.

    Those are among them that say themselves how their weights begin.
    """
    layers: dict[str, list[Node]] = {}
    for node in graph.nodes:
        if isinstance(code := torch_code(node), Module):
            layers.setdefault(code.callee, []).append(node)
    init = graph.spec.init
    meant = [same for same in layers.values() if init and any(n.init is init for n in same)]
    return [node for same in meant for node in same]


def _can_fill(init: Init | None, node: Node) -> bool:
    """Whether the file's `init:` could fill a layer that says something else itself."""
    weights = node.operator.weights(node.operand)
    return init is not None and init.objection(node.operator.name, weights.get("weight")) is None


def _for_all(graph: Graph, nodes: list[Node]) -> Iterable[tuple[CallCode, list[str]]]:
    init = graph.spec.init
    if init is None or not nodes:
        return
    kinds = list(dict.fromkeys(map(_callee, nodes)))
    condition = kinds[0] if len(kinds) == 1 else CallCode("", tuple(kinds))
    body = _fill(init, "module", INDENT * 2)
    biased = [_has_bias(node) for node in nodes]
    if all(biased):
        body.append(f"{INDENT * 2}nn.init.zeros_(module.bias)")
    elif any(biased):
        body.append(f"{INDENT * 2}if module.bias is not None:")
        body.append(f"{INDENT * 3}nn.init.zeros_(module.bias)")
    yield CallCode("isinstance", ("module", condition)), body


def _for_classes(
    graph: Graph, classes: Mapping[Scope, Group], everywhere: bool
) -> Iterable[tuple[CallCode, list[str]]]:
    """Fill what layers say themselves; and what the file says, unless that is done `everywhere`."""
    for group in dict.fromkeys(classes.values()):
        body: list[str] = []
        for node, place in _own(group.first, "module", not group.sequential, classes):
            if node.init is None or (everywhere and node.init is graph.spec.init):
                continue
            body += _fill(node.init, place, INDENT * 2)
            if _has_bias(node):
                body.append(lay_out(CallCode("nn.init.zeros_", (f"{place}.bias",)), INDENT * 2))
        if body:
            yield CallCode("isinstance", ("module", group.name)), body


def _own(
    scope: Scope, place: str, mapping: bool, classes: Mapping[Scope, Group]
) -> Iterable[tuple[Node, str]]:
    """Yield the layers that a class holds itself, each with the expression that reaches it."""
    for child in scope.children:
        if scope.numbered:
            inner = f'{place}["{child.name}"]' if mapping else f"{place}[{child.name}]"
        else:
            inner = attribute(child.name, place)
        if isinstance(child, Node):
            yield child, inner
        elif child not in classes:
            yield from _own(child, inner, False, classes)


def _fill(init: Init, place: str, indent: str) -> list[str]:
    settings = [keyword(name, written(value)) for name, value in init.settings]
    call = CallCode(f"nn.init.{SCHEMES[init.scheme].torch_name}", (f"{place}.weight", *settings))
    return [lay_out(call, indent)]


def _callee(node: Node) -> str:
    code: Any = torch_code(node)
    assert isinstance(code, Module)
    return code.callee


def _has_bias(node: Node) -> bool:
    return "bias" in node.operator.weights(node.operand)
