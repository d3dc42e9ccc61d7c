"""A graph run by torch one node at a time: the second opinion on everything that archc states.

It knows no shapes but those of the tensors it holds, builds every layer from what its operator
says, never works in place, and shares nothing with the emitter.
"""

from typing import Any

import torch
import torchvision
from torch import nn

from archc.graph.graph import Graph, Node
from archc.ops.base.torch_code import Function, Infix, SliceCode

OURS = {"StochasticDepth": torchvision.ops}
"""Where the layers are that torch has no class for."""


def build(node: Node, reads: list[torch.Tensor]) -> nn.Module | Infix | Function | SliceCode:
    """Return the layer of a node, in evaluation mode, for the tensors that it really reads."""
    shapes = tuple(tuple(tensor.shape[1:]) for tensor in reads)
    code = node.operator.torch(shapes if node.operator.joins else shapes[0])
    if isinstance(code, Infix | Function):
        return code
    if isinstance(code, SliceCode):
        return code
    layer: nn.Module = getattr(OURS.get(code.name, nn), code.name)(*code.args, **code.kwargs)
    return layer.eval()


def run(code: Any, reads: list[torch.Tensor]) -> torch.Tensor:
    """Run one operation."""
    if isinstance(code, nn.Module):
        result: torch.Tensor = code(*reads)
        return result
    if isinstance(code, SliceCode):
        return reads[0][:, code.start : code.stop]
    if isinstance(code, Function):
        joined: torch.Tensor = torch.cat(reads, **code.kwargs)
        return joined
    result = reads[0]
    for other in reads[1:]:
        result = result + other if code.symbol == "+" else result * other
    return result


def in_order(graph: Graph) -> list[Node]:
    """Return the nodes in the order of computation: a head right after what it reads."""
    order: list[Node] = []

    def add_heads(source: Node) -> None:
        for head in graph.heads:
            if head.source is source:
                child = head.child
                order.extend([child] if isinstance(child, Node) else child.nodes())

    add_heads(graph.input)
    for node in graph.nodes:
        if node not in graph.auxiliary:
            order.append(node)
            add_heads(node)
    return order


class Interpreter:
    """A graph's layers, built as torch meets the tensors."""

    def __init__(self, graph: Graph, sample: torch.Tensor) -> None:
        """Build and run every node in evaluation mode; `values` are the results."""
        self.graph = graph
        self.layers: dict[Node, Any] = {}
        self.values: dict[Node, torch.Tensor] = {graph.input: sample}
        for node in in_order(graph):
            reads = [self.values[read] for read in node.reads]
            self.layers[node] = build(node, reads)
            self.values[node] = run(self.layers[node], reads)

    def state_dict(self) -> dict[str, torch.Tensor]:
        """Return the state under the keys that the spec decides."""
        return {
            f"{node.path}.{key}": tensor
            for node, layer in self.layers.items()
            if isinstance(layer, nn.Module)
            for key, tensor in layer.state_dict().items()
        }

    def parameters(self) -> dict[str, nn.Parameter]:
        """Return the parameters under the same keys."""
        return {
            f"{node.path}.{key}": parameter
            for node, layer in self.layers.items()
            if isinstance(layer, nn.Module)
            for key, parameter in layer.named_parameters()
        }

    def evaluate(self, sample: torch.Tensor) -> list[torch.Tensor]:
        """Run in evaluation mode, without heads; return the outputs."""
        values = {self.graph.input: sample}
        with torch.inference_mode():
            for node, layer in self.layers.items():
                if node in self.graph.auxiliary:
                    continue
                if isinstance(layer, nn.Module):
                    layer.eval()
                values[node] = run(layer, [values[read] for read in node.reads])
        return [values[node] for node in self.graph.outputs.values()]

    def train(self, sample: torch.Tensor) -> list[torch.Tensor]:
        """Run in training mode; return the outputs, then what the heads give."""
        values = {self.graph.input: sample}
        for node, layer in self.layers.items():
            if isinstance(layer, nn.Module):
                layer.train()
            values[node] = run(layer, [values[read] for read in node.reads])
        ends = [*self.graph.outputs.values(), *(head.exit for head in self.graph.heads)]
        return [values[node] for node in ends]
