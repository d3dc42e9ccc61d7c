"""What a box says, in as few signs as papers do."""

from archc.analyses.settings import block_text, operator_text
from archc.analyses.summary import Row
from archc.graph.graph import Node, Scope
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Operator


def layer_text(node: Node, name: str) -> str:
    """Return what stands beside `name`: what of the layer's text it does not say already."""
    if node.operator.joins:
        return short_text(node)
    text = _operator_text(node.operator)
    return text.removeprefix(name).lstrip() if text.partition(" ")[0] == name else text


def _operator_text(operator: Operator) -> str:
    """Return an operator as papers write it, ``conv 7×7/2, 64``, or as the spec does."""
    kernel, stride = getattr(operator, "kernel", None), getattr(operator, "stride", 1)
    principal = getattr(operator, operator.principal) if operator.principal else None
    if kernel is None:
        return operator_text(operator)
    width = "" if operator.principal in (None, "kernel") else f", {principal}"
    return f"{operator.name} {_sizes(kernel)}{_step(stride)}{width}"


def _sizes(kernel: Value) -> str:
    height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return f"{height}×{width}"


def _step(stride: Value) -> str:
    if isinstance(stride, tuple) and stride[0] != stride[1]:
        return f"/{_sizes(stride)}"
    step = stride[0] if isinstance(stride, tuple) else stride
    return "" if step in (1, None) else f"/{step}"


def short_text(node: Node) -> str:
    """Return an operation as papers write it in short: ``BN``, ``ReLU``, ``+``."""
    return node.operator.symbol or node.operator.name


def field_text(size: tuple[int, int] | None) -> str:
    """Return a receptive field, one number where it is square; nothing where all is seen."""
    if size is None:
        return ""
    height, width = size
    return str(height) if height == width else f"{height}×{width}"


def scope_text(scope: Scope, row: Row) -> str:
    """Return a block's use; of a plain body what is in it, ``basic_block × 2`` or ``3 layers``."""
    if scope.block is not None:
        return block_text(scope.block, scope.arguments)
    rows = row.rows or ()
    ops = {inner.op for inner in rows}
    if len(ops) == 1 and (op := ops.pop()):
        return f"{op} × {len(rows)}"
    return f"{sum(1 for _ in scope.nodes())} layers"
