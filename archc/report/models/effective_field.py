"""What ``archc rf --effective --format json`` prints."""

from typing import Literal

from archc.report.models.base import Document


class EffectiveField(Document):
    """A measured field; pairs are along height and width, lengths in pixels of the input."""

    version: Literal[1]
    """1; it changes when a field is renamed or removed, not when one is added."""
    path: str
    """The layer's path."""
    unit: tuple[int, int]
    """The row and column of the element that was measured."""
    samples: int
    """How many inputs were drawn, and weights unless they come from a checkpoint."""
    seed: int
    """The seed of the first draw."""
    theory: tuple[tuple[int, int], tuple[int, int]]
    """The first and last row, and column, of the theoretical field, padding included."""
    centre: tuple[float, float]
    """The mean of the gradient's distribution."""
    two_sigma: tuple[float, float]
    """Two standard deviations of the gradient's distribution."""
    size: float
    """The square root of the number of pixels above 4.55 % of the peak."""
    ratio: float
    """`size` over the root of the area of the theoretical field within the image."""
