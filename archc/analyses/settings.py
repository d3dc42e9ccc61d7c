"""Layers and blocks in one line, as a spec writes them: ``conv 64 · kernel 7 · stride 2``."""

from archc.graph.graph import Node, Scope
from archc.language.arithmetic import written
from archc.language.model import Block, Parameter
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Operator
from archc.problems.base import abridged

SEPARATOR = " · "


def operator_text(operator: Operator) -> str:
    """Return an operator with its principal argument and the settings that are not the default."""
    head = operator.name
    parts = []
    for name in operator.kinds:
        value = getattr(operator, name)
        if name == operator.principal:
            head = head if value is None else f"{head} {_shown(value)}"
        elif value != getattr(type(operator), name, ...):
            parts.append(f"{name} {_shown(value)}")
    return SEPARATOR.join([head, *parts])


def join_text(node: Node) -> str:
    """Return a join with the names of what it reads: ``add [bn2, downsample]``."""
    names = ", ".join(abridged(node.reads, lambda read: name_within(node.scope, read)))
    return f"{operator_text(node.operator)} [{names}]"


def block_text(block: Block, arguments: dict[str, Value]) -> str:
    """Return a block's use: what must be given, then what differs from its default."""
    given, more = [], []
    for parameter in block.params.values():
        value = arguments.get(parameter.name)
        if parameter.default is None:
            given.append(_shown(value))
        elif not _is_default(parameter, value):
            more.append(f"{parameter.name} {_shown(value)}")
    head = f"{block.name} {', '.join(given)}" if given else block.name
    return SEPARATOR.join([head, *more])


def name_within(scope: Scope, value: Node) -> str:
    """Return what the spec calls a value inside a scope: the child that returns it, or `input`."""
    child = value.within(scope)
    return "input" if child is None else child.name


def _is_default(parameter: Parameter, value: Value) -> bool:
    default = parameter.default
    return default is not None and default.constant and default.value == value


def _shown(value: Value) -> str:
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return written(value[0])
    return written(value)
