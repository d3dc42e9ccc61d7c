"""PyTorch's own format of exported programs, which runs without the class of the network."""

import io
import warnings
from pathlib import Path

import torch

from archc.backends.export.base.request import Request
from archc.backends.export.base.traced import traced

TAKES = ("dynamic_batch", "optimize")
PASSES = ("export", "merge_siblings", "channels_last")  # torch runs it, but a program packs nothing


def write(request: Request, path: Path) -> None:
    """Write what `encode` returns; raises OSError."""
    path.write_bytes(encode(request))


def encode(request: Request) -> bytes:
    """Return what ``torch.export.load`` reads back; its output is the module's, bit for bit."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # Of a kernel laid out channels last, torch warns that it may be part of a larger tensor.
        warnings.simplefilter("ignore")
        torch.export.save(traced(request), buffer, extra_files=request.metadata)
    return buffer.getvalue()
