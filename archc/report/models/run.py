"""What ``run.json`` in the directory of a run holds."""

from typing import Literal

from archc.report.models.base import Document, Part


class Normalization(Part):
    """What images are normalised by; pixels are scaled to 0 … 1 before."""

    mean: tuple[float, ...]
    """The mean of each channel."""
    std: tuple[float, ...]
    """The standard deviation of each channel."""


class Run(Document):
    """How a network was trained, beside `recipe.yaml` and `spec.yaml`."""

    version: Literal[1] = 1
    """1; version 1 does not write it."""
    network: str
    """The network's name, or that of its spec's file."""
    archc: str
    """The version of archc."""
    torch: str
    """The version of torch."""
    python: str
    """The version of Python."""
    device: str
    """The device, as torch names it."""
    precision: str
    """The precision: `fp32`, `bf16` or `fp16`."""
    processes: int
    """How many processes shared the work."""
    seed: int
    """The recipe's seed."""
    classes: tuple[str, ...]
    """The names of the classes, in the order of the network's outputs."""
    skipped: tuple[str, ...]
    """Images that were left out because they cannot be read."""
    data: str
    """A digest of the names of the images, by which `--resume` notices other data."""
    normalize: Normalization | None
    """What images are normalised by; null where they are not."""
    stopped: str = ""
    """Present where training stopped by itself: the reason."""
