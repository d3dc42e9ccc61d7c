"""The function that fills the weights as `init:` says, in the emitted module."""

from collections.abc import Iterable, Mapping
from typing import Any

from archc.emit.classes import Group, torch_code
from archc.emit.layout import INDENT, Call, lay_out
from archc.emit.literals import written
from archc.graph.graph import Graph, Node, Scope
from archc.language.initialisation import SCHEMES, Init
from archc.ops.base.torch_code import Module

NAME = "init_weights"


def initialiser(graph: Graph, classes: Mapping[Scope, Group]) -> list[str]:
    """Return the lines of ``init_weights(module)``, or none where torch's defaults stand.

    ``module.apply`` visits inner modules first, so that what a layer says itself, which is
    written at the class that holds it, comes after what the file says for all.
    """
    branches = [*_for_all(graph), *_for_classes(graph, classes)]
    if not branches:
        return []
    lines = [f"def {NAME}(module):", f'{INDENT}"""Fill the weights; biases begin at zero."""']
    for i, (condition, body) in enumerate(branches):
        lines.append(f"{INDENT}{'elif' if i else 'if'} {condition}:")
        lines += body
    return lines


def _for_all(graph: Graph) -> Iterable[tuple[str, list[str]]]:
    init = graph.spec.init
    nodes = [node for node in graph.nodes if init is not None and node.init is init]
    if init is None or not nodes:
        return
    kinds = list(dict.fromkeys(f"nn.{_module(node).name}" for node in nodes))
    condition = kinds[0] if len(kinds) == 1 else f"({', '.join(kinds)})"
    body = _fill(init, "module", INDENT * 2)
    biased = [_has_bias(node) for node in nodes]
    if all(biased):
        body.append(f"{INDENT * 2}nn.init.zeros_(module.bias)")
    elif any(biased):
        body.append(f"{INDENT * 2}if module.bias is not None:")
        body.append(f"{INDENT * 3}nn.init.zeros_(module.bias)")
    yield f"isinstance(module, {condition})", body


def _for_classes(graph: Graph, classes: Mapping[Scope, Group]) -> Iterable[tuple[str, list[str]]]:
    for group in dict.fromkeys(classes.values()):
        body: list[str] = []
        for node, place in _own(group.first, "module", not group.sequential, classes):
            if node.init is None or node.init is graph.spec.init:
                continue
            body += _fill(node.init, place, INDENT * 2)
            if _has_bias(node):
                body.append(f"{INDENT * 2}nn.init.zeros_({place}.bias)")
        if body:
            yield f"isinstance(module, {group.name})", body


def _own(
    scope: Scope, place: str, mapping: bool, classes: Mapping[Scope, Group]
) -> Iterable[tuple[Node, str]]:
    """Yield the layers that a class holds itself, each with the expression that reaches it."""
    for child in scope.children:
        if scope.numbered:
            inner = f'{place}["{child.name}"]' if mapping else f"{place}[{child.name}]"
        else:
            inner = f"{place}.{child.name}"
        if isinstance(child, Node):
            yield child, inner
        elif child not in classes:
            yield from _own(child, inner, False, classes)


def _fill(init: Init, place: str, indent: str) -> list[str]:
    settings = [f"{name}={written(value)}" for name, value in init.settings]
    call = Call(f"nn.init.{SCHEMES[init.scheme].torch_name}", (f"{place}.weight", *settings))
    return lay_out(call, indent).split("\n")


def _module(node: Node) -> Module:
    code: Any = torch_code(node)
    assert isinstance(code, Module)
    return code


def _has_bias(node: Node) -> bool:
    assert node.operator is not None
    return "bias" in node.operator.weights(node.operand)
