"""What ``archc weights --format json`` prints."""

from typing import Literal

from archc.report.models.base import Document, Part, Shape


class Reshaped(Part):
    """A tensor whose shape is not the network's."""

    has: Shape
    """Its shape in the checkpoint."""
    needs: Shape
    """Its shape in the network."""
    why: str
    """The reason, or an empty text."""


class Fit(Document):
    """What of a checkpoint a network can use."""

    version: Literal[1]
    """1; it changes when a field is renamed or removed, not when one is added."""
    fits: tuple[str, ...]
    """Keys of the network that the checkpoint has, in the right shape."""
    missing: dict[str, Shape]
    """Keys that the checkpoint lacks, with the shapes that they need."""
    counters: tuple[str, ...]
    """A batch norm's counts of batches that the checkpoint lacks; they begin at 0."""
    left_over: dict[str, Shape]
    """Keys that the network does not have, with their shapes."""
    reshaped: dict[str, Reshaped]
    """Keys whose shape is not the network's."""
    renamed: dict[str, str]
    """For keys that are left over, the missing key that each may be: old key to new."""
