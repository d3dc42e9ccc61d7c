"""What ``archc bench --json`` prints."""

from typing import Literal

from archc.report.models.base import Document, Part


class Spread(Part):
    """The median of repeated measurements and their interquartile range."""

    median: float
    """The median."""
    low: float
    """The lower quartile."""
    high: float
    """The upper quartile."""


class Change(Part):
    """What one pass changed."""

    name: str
    """The pass."""
    what: str
    """What it changed, in a line."""
    places: tuple[str, ...]
    """Paths of the layers that it changed."""


class Machine(Part):
    """The limits of the machine, measured with float32."""

    flops_per_second: Spread
    """Operations a second of a large matrix product."""
    bytes_per_second: Spread
    """Bytes a second of a large copy, read and written."""
    ridge: float
    """Operations a byte above which the arithmetic binds, not the memory."""
    threads: int
    """Threads of torch."""


class Versus(Part):
    """The comparison with another model."""

    model: str
    """The text of `--vs`."""
    ratio: Spread
    """The other model's time by this network's; above 1, this network is faster."""
    same_weights: bool
    """Whether both had the same weights."""


class LayerTime(Part):
    """The time of one layer by itself."""

    name: str
    """The layer's path."""
    op: str
    """Its operator."""
    seconds: Spread
    """The time of one batch."""
    flops: int
    """Operations of one batch, two a MAC."""
    bytes: int
    """Bytes that must be moved: values read and written, and weights, each once."""
    limit: Literal["compute", "memory", "none"]
    """The limit that binds; `none` for a view, which does nothing."""
    least_seconds: float
    """The least time that the machine's limits allow."""


class Benchmark(Document):
    """The speed of a network on this machine."""

    version: Literal[1]
    """1; it changes when a field is renamed or removed, not when one is added."""
    batch: int
    """The samples of a batch."""
    device: str
    """`cpu` or `cuda`."""
    train: bool
    """Whether the forward and the backward pass were measured, not evaluation."""
    optimized: tuple[Change, ...]
    """What passes changed, in order."""
    seconds: Spread
    """The time of one batch."""
    flops: int
    """Operations of one batch, two a MAC."""
    flops_per_second: Spread
    """Operations a second."""
    fraction_of_peak: Spread
    """`flops_per_second` by the median of the machine's."""
    machine: Machine
    """The limits of the machine."""
    vs: Versus | None
    """The comparison that `--vs` asks for."""
    layers: tuple[LayerTime, ...]
    """The layers in the order of computation; empty without `--layers`."""
