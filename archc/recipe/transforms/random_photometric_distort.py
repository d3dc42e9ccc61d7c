"""``random_photometric_distort``: ``torchvision.transforms.v2.RandomPhotometricDistort``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance, Hues, Strengths

if TYPE_CHECKING:
    from torch import Tensor


class RandomPhotometricDistort(Transform):
    """Change brightness, contrast, saturation and hue, each perhaps."""

    brightness: Annotated[Strengths, Field(description="range of factors")] = (0.875, 1.125)
    contrast: Annotated[Strengths, Field(description="range of factors")] = (0.5, 1.5)
    saturation: Annotated[Strengths, Field(description="range of factors")] = (0.5, 1.5)
    hue: Annotated[Hues, Field(description="range, in turns")] = (-0.05, 0.05)
    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomPhotometricDistort(**self.arguments())
        return transform
