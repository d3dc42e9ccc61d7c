"""``resize``: ``torchvision.transforms.v2.Resize``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import Count
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Antialias, Interpolation, ScaledSize

if TYPE_CHECKING:
    from torch import Tensor


class Resize(Transform):
    """Scale images to a size."""

    principal = "size"
    random = False

    size: ScaledSize
    max_size: Annotated[Count | None, Field(description="pixels: largest longer side")] = None
    interpolation: Interpolation = "bilinear"
    antialias: Antialias = True

    def conflict(self) -> Conflict | None:
        """Return the conflict of `max_size` with a `size` that is no smaller, or has two sides."""
        if self.max_size is None:
            return None
        if not isinstance(self.size, int):
            return Conflict("max_size", "left out where `size` has two sides", f"{self.max_size}")
        if self.size < self.max_size:
            return None
        return Conflict("max_size", f"above `size`, {self.size}", f"{self.max_size}")

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.Resize(**self.arguments())
        return transform
