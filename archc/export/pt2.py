"""PyTorch's own format of exported programs, which runs without the class of the network."""

import copy
import io
import warnings
from pathlib import Path

import torch
from torch import nn

from archc.export.base.format import Format
from archc.export.base.request import Request
from archc.export.base.traced import traced


class Pt2(Format):
    """PyTorch's exported programs, as ``torch.export.save`` writes them."""

    takes = ("dynamic_batch", "optimize")
    # Without passes whose layers prepare their weights: a program prepares nothing before it runs.
    passes = ("pt2",)

    def write(self, request: Request, path: Path) -> None:
        """Write what `encode` returns."""
        path.write_bytes(encode(request))


def encode(request: Request) -> bytes:
    """Return what ``torch.export.load`` reads back; its output is the module's, bit for bit.

    Outputs that the spec names come as a dict.
    """
    outputs = tuple(request.graph.outputs)
    if outputs != ("",):
        request = request._replace(module=_as_dict(request.module, outputs))
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # Of a kernel laid out channels last, torch warns that it may be part of a larger tensor.
        warnings.simplefilter("ignore")
        torch.export.save(traced(request), buffer, extra_files=request.metadata)
    return buffer.getvalue()


def _as_dict(module: nn.Module, outputs: tuple[str, ...]) -> nn.Module:
    """Return a module with the same state, whose named tuple of outputs is a dict.

    A program cannot hold the class of the tuple, since it is read back where there is none.
    """
    kind = type(module)

    def forward(self: nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
        given = kind.forward(self, x)
        return {name: getattr(given, name) for name in outputs}

    renamed = copy.copy(module)
    renamed.__class__ = type(kind.__name__, (kind,), {"forward": forward})
    return renamed
