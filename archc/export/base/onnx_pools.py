"""Pools in an ONNX model, with their padding written out.

torch drops a last window that would start in the padding, which versions of ONNX's operators
count, and by `count_include_pad` counts no place beyond the padding. So no pool is left to
`ceil_mode`: the places that its last windows read beyond the map are padding of their own, behind
the map only, or nothing where rounding up gives the output that rounding down does.
"""

import ast
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

import numpy as np

from archc.graph.graph import Graph, Node
from archc.ops.avg_pool import AvgPool
from archc.ops.base.operator import Window
from archc.ops.max_pool import MaxPool

_SCOPES = "pkg.torch.onnx.name_scopes"
"""Where torch's exporter notes the modules that a node comes from, and the node itself."""


def write_out_pools(model: Any, graph: Graph) -> None:
    """Rewrite the pools of a model, whose nodes say which layers they come from."""
    layers = {node.path: node for node in graph.nodes}
    for node in [node for node in model.graph if node.op_type in ("MaxPool", "AveragePool")]:
        layer = layers.get(_path(node.metadata_props))
        if layer is None:
            continue
        if isinstance(layer.operator, MaxPool):
            _write_out_max(model.graph, node, layer)
        elif isinstance(layer.operator, AvgPool) and layer.operator.ceil_mode:
            _write_out_mean(model.graph, node, layer)


def _path(notes: Mapping[str, str]) -> str:
    scopes = ast.literal_eval(notes.get(_SCOPES, "[]"))
    return scopes[-2] if len(scopes) > 1 else ""


def _write_out_max(graph: Any, node: Any, layer: Node) -> None:
    assert isinstance(layer.operator, MaxPool)
    before, after = _margins(layer)
    kernel = layer.operator.kernel
    # onnxruntime takes no padding as large as the kernel, and has a number for a window of padding
    # alone where torch has −∞.
    wide = any(margin >= size for margin, size in zip(after, kernel, strict=True))
    if wide or _reads_padding_alone(layer):
        _pad(graph, node, (*before, *after), -inf)
        before = after = (0, 0)
    _set(node, ceil_mode=0, pads=(*before, *after))


def _write_out_mean(graph: Any, node: Any, layer: Node) -> None:
    assert isinstance(layer.operator, AvgPool)
    before, after = _margins(layer)
    beyond = tuple(max(0, n - m) for n, m in zip(after, before, strict=True))
    counts = layer.operator.count_include_pad
    if counts and any(beyond):  # the padding counts, and what is beyond it does not
        if any(before):
            _pad(graph, node, (*before, *before), 0.0)
        before, after, counts = (0, 0), beyond, False
    _set(node, ceil_mode=0, pads=(*before, *after), count_include_pad=int(counts))


def _margins(layer: Node) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the padding before and after a map by which rounding down gives torch's output."""
    axes = list(_axes(layer))
    before = tuple(-int(window.start) for window, _, _ in axes)
    after = []
    for window, size, outputs in axes:
        padding = -int(window.start)
        needs = (outputs - 1) * int(window.stride) + window.size - size - padding
        spare = padding - needs  # fewer than a stride: another window would fit
        after.append(padding if 0 <= spare < window.stride else max(0, needs))
    return before, tuple(after)


def _reads_padding_alone(layer: Node) -> bool:
    return any(
        not any(0 <= tap < size for tap in window.taps(output))
        for window, size, outputs in _axes(layer)
        for output in range(outputs)
    )


def _axes(layer: Node) -> Iterator[tuple[Window, int, int]]:
    """Return of height and width the window, the size that is read and the one that is given."""
    read: Any = layer.operand
    windows = layer.operator.windows(read)
    assert windows is not None
    yield from zip(windows, read[1:], layer.shape[1:], strict=True)


def _set(node: Any, **values: Any) -> None:
    from onnxscript import ir

    for name, value in values.items():
        whole = isinstance(value, int)
        attribute = ir.AttrInt64(name, value) if whole else ir.AttrInt64s(name, value)
        node.attributes[name] = attribute


def _pad(graph: Any, node: Any, margins: tuple[int, ...], value: float) -> None:
    """Let a pool read a padded copy of what it read; its first margins are those before."""
    from onnxscript import ir

    top, left, bottom, right = margins
    pads = np.array([0, 0, top, left, 0, 0, bottom, right], np.int64)
    constants = [ir.tensor(pads), ir.tensor(np.array(value, np.float32))]
    made = [
        ir.Node("", "Constant", [], [ir.AttrTensor("value", constant)]) for constant in constants
    ]
    padded = ir.Node("", "Pad", [node.inputs[0], *(one.outputs[0] for one in made)])
    graph.insert_before(node, [*made, padded])
    node.replace_input_with(0, padded.outputs[0])
