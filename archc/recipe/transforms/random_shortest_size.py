"""``random_shortest_size``: ``torchvision.transforms.v2.RandomShortestSize``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Count
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Antialias, Interpolation

if TYPE_CHECKING:
    from torch import Tensor


class RandomShortestSize(Transform):
    """Scale images so that the shorter side has a random one of some sizes."""

    principal = "min_size"

    min_size: Annotated[
        Count | Annotated[tuple[Count, ...], Field(min_length=1, max_length=1000)],
        Field(description="pixels: shorter sides to draw from"),
    ]
    max_size: Annotated[Count | None, Field(description="pixels: largest longer side")] = None
    interpolation: Interpolation = "bilinear"
    antialias: Antialias = True

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomShortestSize(**self.arguments())
        return transform
