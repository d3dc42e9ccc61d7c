"""One export, and the error of one that fails."""

from typing import NamedTuple

from torch import nn

from archc.graph.graph import Graph


class ExportError(Exception):
    """A network that a format cannot hold, or a format whose libraries are not installed."""


class Request(NamedTuple):
    """One export.

    Args:
        graph: the network, for its names and shapes.
        module: the network in evaluation mode, with its weights.
        dynamic_batch: whether the file takes any number of samples, or one.
        opset: the version of ONNX's operators; None leaves it to torch.
    """

    graph: Graph
    module: nn.Module
    dynamic_batch: bool = False
    opset: int | None = None

    @property
    def metadata(self) -> dict[str, str]:
        """What a file says of its origin."""
        from archc.version import __version__

        return {"archc": __version__, "spec": self.graph.name}
