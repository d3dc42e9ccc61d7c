"""The network as torch.export sees it, which is what two of the formats are written from."""

import torch
from torch.export import Dim, ExportedProgram

from archc.export.base.request import Request

_BATCH = 2  # torch.export takes a traced batch of one for a constant


def traced(request: Request) -> ExportedProgram:
    """Return the evaluation of a network as a graph of ATen operations, training heads left out.

    Source: https://pytorch.org/docs/stable/export.html
    """
    batch = _BATCH if request.dynamic_batch else 1
    inputs = torch.zeros(batch, *(request.graph.input.shape or ()))
    shapes = ({0: Dim("batch", min=1)},) if request.dynamic_batch else None
    with torch.no_grad():
        return torch.export.export(request.module, (inputs,), dynamic_shapes=shapes)
