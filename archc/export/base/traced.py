"""The network as torch.export sees it, which is what two of the formats are written from."""

from math import prod

import torch
from torch.export import Dim, ExportedProgram

from archc.export.base.request import ExportError, Request
from archc.graph.graph import Graph, Node
from archc.ops.batch_norm import BatchNorm
from archc.ops.group_norm import GroupNorm

_BATCH = 2  # torch.export takes a traced batch of one for a constant


def traced(request: Request) -> ExportedProgram:
    """Return the evaluation of a network as a graph of ATen operations, training heads left out.

    Source: https://pytorch.org/docs/stable/export.html

    Raises:
        ExportError: torch computes a layer of no single sample.
    """
    if not request.dynamic_batch:
        _reject_norms_of_one_number(request.graph)
    batch = _BATCH if request.dynamic_batch else 1
    inputs = torch.zeros(batch, *request.graph.input.shape)
    shapes = ({0: Dim("batch", min=1)},) if request.dynamic_batch else None
    with torch.no_grad():
        return torch.export.export(request.module, (inputs,), dynamic_shapes=shapes)


def _reject_norms_of_one_number(graph: Graph) -> None:
    """Reject a norm that torch rejects for a batch of one, in evaluation as well."""
    for node in graph.evaluated:
        if _numbers_normalised(node) == 1:
            raise ExportError(
                f"layer `{node.path}`: of one sample {node.operator.name} has a single number to "
                "normalise, which torch rejects; write a file for any number of samples, with "
                "--dynamic-batch"
            )


def _numbers_normalised(node: Node) -> int | None:
    """Return how many numbers of one sample share a mean, where torch asks for two."""
    shape = node.shape
    match node.operator:
        case GroupNorm(groups=groups):
            return prod(shape) // groups
        case BatchNorm(track_running_stats=False):
            return prod(shape[1:])
    return None
