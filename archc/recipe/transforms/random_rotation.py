"""``random_rotation``: ``torchvision.transforms.v2.RandomRotation``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Center, Degrees, Fill, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class RandomRotation(Transform):
    """Turn images."""

    principal = "degrees"

    degrees: Degrees
    expand: Annotated[bool, Field(description="make room for the corners")] = False
    center: Center | None = None
    interpolation: WarpInterpolation = "nearest"
    fill: Fill = 0

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomRotation(**self.arguments())
        return transform
