"""``gaussian_blur``: ``torchvision.transforms.v2.GaussianBlur``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Odd, Positive
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Range

if TYPE_CHECKING:
    from torch import Tensor


class GaussianBlur(Transform):
    """Blur images."""

    principal = "kernel_size"

    kernel_size: Annotated[Odd | tuple[Odd, Odd], Field(description="pixels")]
    sigma: Annotated[Positive | Range, Field(description="pixels: standard deviation")] = (0.1, 2.0)

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.GaussianBlur(**self.arguments())
        return transform
