"""archc's numbers, and its module, against torch.

The numbers are compared with those that torchinfo and torch count on the compiled module. Both
watch one forward pass in training mode, so that the heads are in it. torchinfo's MACs are not
used: it counts biases and norms, and functional operations not at all. Equal numbers do not make
it the same network: `archc.measure.comparison` compares what each layer is and returns.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

import torch
import torchinfo
from torch.utils.flop_counter import FlopCounterMode

from archc.analyses.cost import Cost, cost
from archc.emit.classes import returns_several
from archc.graph.graph import Graph, Node, Scope
from archc.measure.comparison import Mismatch, differences
from archc.module.live import compile_graph
from archc.ops.base.operator import Shape
from archc.ops.base.torch_code import Module
from archc.problems.shapes import shape_text

_BATCH = 2  # batch norm cannot train on one value per channel


class Verdict(NamedTuple):
    """What came of a comparison.

    Args:
        differences: where archc and torch disagree.
        shapes: how many output shapes were compared.
        layers: of how many layers parameters and MACs were compared.
        unseen: the nodes whose shape no module receives or returns, and so nobody could compare.
    """

    differences: tuple[Mismatch, ...]
    shapes: int
    layers: int
    unseen: tuple[str, ...]

    def __str__(self) -> str:
        text = (
            f"verified against torch: {self.shapes} output shapes and the parameters of "
            f"{self.layers} layers (torchinfo), their MACs and the total (FlopCounterMode / 2);\n"
            "each layer's class, settings and results, in evaluation and in training, against "
            "the same layer built from the spec alone"
        )
        if self.unseen:
            names = ", ".join(f"`{name}`" for name in self.unseen)
            text += f"\nnot compared: {names}, whose shape no module receives or returns"
        return text


def verify(graph: Graph) -> Verdict:
    """Compile a sound graph, run it, and compare all that can be compared."""
    module = compile_graph(graph)
    shape = graph.input.shape
    inputs = torch.randn(_BATCH, *shape)
    with FlopCounterMode(display=False) as counter:
        # A depth that no network has; deeper modules would not be listed.
        seen = torchinfo.summary(
            module, input_data=inputs, depth=1_000_000, mode="train", verbose=0
        )
    names = {inner: name for name, inner in module.named_modules()}
    infos = {names[info.module]: info for info in seen.summary_list if info.executed}
    root = type(module).__name__
    flops = {
        name.removeprefix(root).removeprefix("."): sum(counts.values())
        for name, counts in counter.get_flop_counts().items()
        if name != "Global"
    }
    comparison = _Comparison(graph, infos, flops)
    comparison.run()
    total = cost(graph).macs_training
    counted = counter.get_total_flops()
    comparison.equal("the network", "MACs in training", f"{total:,}", _macs(counted))
    comparison.found += differences(graph, module, inputs)
    return comparison.verdict()


class _Comparison:
    def __init__(self, graph: Graph, infos: dict[str, Any], flops: dict[str, int]) -> None:
        self._graph = graph
        self._infos = infos
        self._flops = flops
        self.found: list[Mismatch] = []
        self._unseen: list[str] = []
        self._shapes = self._layers = 0

    def verdict(self) -> Verdict:
        found = tuple(self.found), self._shapes, self._layers, tuple(self._unseen)
        return Verdict(*found)

    def run(self) -> None:
        costs = cost(self._graph).nodes
        for node in self._graph.nodes:
            if isinstance(node.operator.torch(node.operand), Module):
                self._layer(node, costs[node])
            else:
                self._value(node)

    def equal(self, layer: str, what: str, ours: str, theirs: str) -> None:
        if ours != theirs:
            self.found.append(Mismatch(layer, what, ours, theirs))

    def _layer(self, node: Node, spent: Cost) -> None:
        path = node.path
        info = self._infos.get(path)
        if info is None:
            self.found.append(Mismatch(path, "the layer", "computed", "never called"))
            return
        self._layers += 1
        self._shape(node, [info.output_size])
        self.equal(path, "the number of parameters", f"{spent.params:,}", f"{info.num_params:,}")
        self.equal(path, "the number of MACs", f"{spent.macs:,}", _macs(self._flops.get(path, 0)))

    def _value(self, node: Node) -> None:
        """Compare the shape of what is no module with what modules receive and return."""
        sizes = list(self._witnesses(node))
        if sizes:
            self._shape(node, sizes)
        else:
            self._unseen.append(node.path)

    def _witnesses(self, node: Node) -> Iterator[Any]:
        for reader in self._graph.readers.get(node, []):
            if len(reader.reads) == 1 and reader.path in self._infos:
                yield self._infos[reader.path].input_size
        for scope in takewhile(lambda scope: scope.exit is node, node.ancestors()):
            if scope.path in self._infos and self._gives(scope, node):
                yield self._infos[scope.path].output_size

    def _gives(self, scope: Scope, node: Node) -> bool:
        """Whether a scope's module returns one value alone: a network has other outputs."""
        if scope.parent is not None:
            return True
        several = returns_several(self._graph)
        return not several and list(self._graph.outputs.values()) == [node]

    def _shape(self, node: Node, sizes: list[Any]) -> None:
        self._shapes += 1
        for size in sizes:
            self.equal(node.path, "the output", shape_text(node.shape), _shown(size))


def _shown(size: Any) -> str:
    batch, *rest = size
    shape: Shape = tuple(rest)
    return shape_text(shape) if batch == _BATCH else f"{shape_text(shape)} for {batch} samples"


def _macs(flops: int) -> str:
    macs, rest = divmod(flops, 2 * _BATCH)
    return f"{macs:,}" if not rest else f"{flops / (2 * _BATCH):,}"
