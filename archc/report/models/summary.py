"""What ``archc summary --format json`` prints."""

from typing import Literal

from archc.report.models.base import Document, Part, Shape

Number = int | float


class Memory(Part):
    """Bytes, of float32 numbers."""

    weights: int
    """Bytes of the parameters and buffers."""
    inference: int
    """Bytes of the values alive at once in inference, at most."""
    training: int
    """Bytes that autograd keeps until the backward pass."""
    batch: int
    """The number of samples that `inference` and `training` are for."""


class SummaryLayer(Part):
    """A layer."""

    name: str
    """Its path, as in `state_dict`: `layer2.0.conv1`."""
    op: str
    """Its operator: `conv`."""
    scope: str
    """The path of the scope that holds it: `layer2.0`; empty for the network's own."""
    line: int
    """The line of the spec that declares it, counted from 1."""
    output_shape: Shape
    """The shape of its output, without the batch."""
    params: int
    """Its parameters."""
    macs: int
    """Its MACs for one sample."""
    receptive_field: int | tuple[int, int] | Literal["global"]
    """In pixels of the input; height and width where they differ; `"global"` if it is all."""
    jump: Number | tuple[Number, Number] | None
    """The cumulative stride in pixels of the input; null where the receptive field is global."""
    exact: Literal[False] = False
    """Present where the receptive field is an upper bound; always false."""
    auxiliary: Literal[True] = True
    """Present in layers of auxiliary heads; always true."""


class Summary(Document):
    """A network's layers and totals."""

    version: Literal[1]
    """1; it changes when a field is renamed or removed, not when one is added."""
    name: str
    """The network's name, or an empty text."""
    input: Shape
    """The input's shape, without the batch."""
    outputs: dict[str, Shape]
    """Each output's shape by its name; `output` where the spec names none."""
    params: int
    """Parameters."""
    trainable_params: int
    """Parameters that require a gradient."""
    buffers: int
    """Numbers in the buffers."""
    macs: int
    """MACs of one sample in evaluation."""
    macs_training: int
    """MACs of one sample in training, with the auxiliary heads."""
    memory: Memory
    """Bytes."""
    layers: tuple[SummaryLayer, ...]
    """The layers in the order of computation, heads last; scopes are not among them."""
