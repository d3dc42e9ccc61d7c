"""``random_resized_crop``: ``torchvision.transforms.v2.RandomResizedCrop``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Antialias, Interpolation, Range, Size

if TYPE_CHECKING:
    from torch import Tensor


class RandomResizedCrop(Transform):
    """Cut out a random part and scale it to a size."""

    principal = "size"

    size: Size
    scale: Annotated[Range, Field(description="share of the area")] = (0.08, 1.0)
    ratio: Annotated[Range, Field(description="width divided by height")] = (3 / 4, 4 / 3)
    interpolation: Interpolation = "bilinear"
    antialias: Antialias = True

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomResizedCrop(**self.arguments())
        return transform
