"""``random_resize``: ``torchvision.transforms.v2.RandomResize``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import Count
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Antialias, Interpolation

if TYPE_CHECKING:
    from torch import Tensor


class RandomResize(Transform):
    """Scale images to a random size."""

    min_size: Annotated[Count, Field(description="pixels: smallest shorter side")]
    max_size: Annotated[Count, Field(description="pixels: the shorter side is below it")]
    interpolation: Interpolation = "bilinear"
    antialias: Antialias = True

    def conflict(self) -> Conflict | None:
        """Return the conflict of two sizes in falling order."""
        if self.min_size < self.max_size:
            return None
        return Conflict("min_size", f"below `max_size`, {self.max_size}", f"{self.min_size}")

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomResize(**self.arguments())
        return transform
