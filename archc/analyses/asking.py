"""Ask an operator's rule once, however often the network repeats the operation."""

from collections.abc import Callable
from typing import Any, TypeVar

from archc.graph.graph import Node
from archc.ops.base.operator import Operator

T = TypeVar("T")


def asker(rule: Callable[[Operator, Any], T]) -> Callable[[Node], T]:
    """Return a function of nodes that remembers what `rule` said of an operator and its operand.

    Operators are distinguished by identity: repetitions of one line share theirs, and hashing all
    settings would cost more than most rules.
    """
    known: dict[tuple[int, Any], T] = {}

    def ask(node: Node) -> T:
        operator, operand = node.operator, node.operand
        key = (id(operator), operand)
        if key not in known:
            known[key] = rule(operator, operand)
        return known[key]

    return ask
