"""``scale_jitter``: ``torchvision.transforms.v2.ScaleJitter``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Count
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Antialias, Interpolation, Range

if TYPE_CHECKING:
    from torch import Tensor


class ScaleJitter(Transform):
    """Scale images to a random share of a size."""

    principal = "target_size"

    target_size: Annotated[tuple[Count, Count], Field(description="pixels: height and width")]
    scale_range: Annotated[Range, Field(description="factor of the size")] = (0.1, 2.0)
    interpolation: Interpolation = "bilinear"
    antialias: Antialias = True

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.ScaleJitter(**self.arguments())
        return transform
