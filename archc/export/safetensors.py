"""The weights alone, as safetensors: by the keys of ``state_dict()``, training heads included."""

from pathlib import Path

from safetensors.torch import save

from archc.export.base.format import Format
from archc.export.base.request import Request


class Safetensors(Format):
    """The weights alone."""

    takes = ()

    def write(self, request: Request, path: Path) -> None:
        """Write what `encode` returns."""
        path.write_bytes(encode(request))


def encode(request: Request) -> bytes:
    """Return what ``safetensors.torch.load_file`` reads back.

    Source: https://huggingface.co/docs/safetensors/api/torch
    """
    state = request.module.state_dict()
    apart = {key: tensor.contiguous() for key, tensor in state.items()}
    # One entry, since safetensors writes several in any order.
    origin = " ".join(request.metadata.values()).strip()
    return save(apart, {"archc": origin})
